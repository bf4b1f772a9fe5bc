// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.outline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.proto.WireReader;
import org.decisionlab.sidecar.outline.GraphOutline.Operation;
import org.jspecify.annotations.Nullable;

/**
 * The graph of a TensorFlow model, as far as its answers need it. Where a node calls a function of
 * the graph, the function's operations are shown in its place, each by the name of the node, a
 * slash, and its own name.
 */
final class TensorFlowOutline {

  private static final int MAX_DEPTH = 16;
  private static final int MAX_STEPS = 100_000;

  /** Operations in a file, with those that no answer needs. */
  private static final int MAX_STORED = 200_000;

  /** Operations one after the other; each is a few frames of the stack while it is walked. */
  private static final int MAX_WALKED = 500;

  private static final String SIGNATURE = "serving_default";
  private static final Set<String> CALLS =
      Set.of("PartitionedCall", "StatefulPartitionedCall", "RemoteCall");

  /** A node as it is stored. */
  private record Stored(String name, String type, List<String> inputs, String function) {}

  /** A function: its arguments, what it gives in order, and its operations. */
  private record Function(
      List<String> arguments, List<String> gives, Map<String, Stored> operations) {}

  /** Where names are looked up: a graph, or the body of a function for one call of it. */
  private record Scope(
      String prefix, Map<String, Stored> nodes, Map<String, String> arguments, int depth) {}

  private final Map<String, Stored> main = new LinkedHashMap<>();
  private final Map<String, Function> functions = new HashMap<>();

  /** What was walked already, by name; operands come before those that read them. */
  private final Map<String, Operation> shown = new LinkedHashMap<>();

  private final Map<String, List<String>> called = new HashMap<>();

  /** Nodes whose operands are being walked; who reads one of them is in a loop. */
  private final Set<String> open = new HashSet<>();

  private int steps;
  private int depth;
  private int stored;

  private TensorFlowOutline() {}

  static GraphOutline ofGraph(byte[] graph, @Nullable String input, @Nullable String output)
      throws ModelFormatException {
    TensorFlowOutline outline = new TensorFlowOutline();
    outline.graph(WireReader.of(graph, "GraphDef"));
    return outline.between(
        input == null ? List.of() : List.of(input), output == null ? List.of() : List.of(output));
  }

  static GraphOutline ofSavedModel(byte[] savedModel) throws ModelFormatException {
    WireReader reader = WireReader.of(savedModel, "SavedModel");
    while (reader.next()) {
      if (reader.field() == 2) {
        return ofMetaGraph(reader.message("meta_graphs"));
      }
    }
    throw new ModelFormatException("the SavedModel has no graph");
  }

  private static GraphOutline ofMetaGraph(WireReader reader) throws ModelFormatException {
    TensorFlowOutline outline = new TensorFlowOutline();
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    while (reader.next()) {
      switch (reader.field()) {
        case 2 -> outline.graph(reader.message("graph_def"));
        case 5 -> signature(reader.message("signature_def"), inputs, outputs);
        default -> {}
      }
    }
    return outline.between(inputs, outputs);
  }

  private GraphOutline between(List<String> inputs, List<String> outputs)
      throws ModelFormatException {
    Scope scope = new Scope("", main, Map.of(), 0);
    List<String> ends = new ArrayList<>();
    for (String output : outputs.isEmpty() ? List.copyOf(main.keySet()) : outputs) {
      ends.add(walk(output, scope));
    }
    List<String> starts = inputs.stream().map(TensorFlowOutline::node).toList();
    return GraphOutline.complete(
        starts, outputs.isEmpty() ? List.of() : ends, List.copyOf(shown.values()));
  }

  /** Shows the node that gives a value, and before it all that it needs; its name. */
  private String walk(String value, Scope scope) throws ModelFormatException {
    String argument = scope.arguments().get(node(value));
    if (argument != null) {
      return argument;
    }
    Stored stored = scope.nodes().get(node(value));
    if (stored == null) {
      throw new ModelFormatException("there is no node '" + node(value) + "'");
    }
    requireSmall();
    depth++;
    String name = shown(value, stored, scope);
    depth--;
    return name;
  }

  private String shown(String value, Stored stored, Scope scope) throws ModelFormatException {
    String name = scope.prefix() + stored.name();
    Function function = functions.get(stored.function());
    if (function != null && scope.depth() < MAX_DEPTH) {
      List<String> gives = called.get(name);
      return output(value, gives == null ? call(stored, function, name, scope) : gives, name);
    }
    if (!shown.containsKey(name) && open.add(name)) {
      List<String> operands = walked(stored.inputs(), scope);
      String type = stored.type().equals("Const") ? GraphOutline.CONSTANT : stored.type();
      shown.put(name, new Operation(name, type, "", operands));
      open.remove(name);
    }
    return name;
  }

  private void requireSmall() throws ModelFormatException {
    if (depth > MAX_WALKED) {
      throw new ModelFormatException(
          "the graph is more than " + MAX_WALKED + " operations deep, the most that are shown");
    }
    int nodes = shown.size() + open.size();
    if (nodes > GraphOutline.MAX_NODES || ++steps > MAX_STEPS) {
      throw new ModelFormatException(
          "the graph has more than " + GraphOutline.MAX_NODES + " nodes, the most that are shown");
    }
  }

  private List<String> walked(List<String> inputs, Scope scope) throws ModelFormatException {
    List<String> operands = new ArrayList<>();
    for (String input : inputs) {
      operands.add(walk(input, scope));
    }
    return operands.stream().distinct().toList();
  }

  /** Shows what a function does when a node calls it; the nodes that give what it gives. */
  private List<String> call(Stored stored, Function function, String name, Scope scope)
      throws ModelFormatException {
    Map<String, String> arguments = new HashMap<>();
    for (int i = 0; i < function.arguments().size() && i < stored.inputs().size(); i++) {
      arguments.put(function.arguments().get(i), walk(stored.inputs().get(i), scope));
    }
    Scope body = new Scope(name + "/", function.operations(), arguments, scope.depth() + 1);
    List<String> gives = new ArrayList<>();
    for (String given : function.gives()) {
      gives.add(walk(given, body));
    }
    called.put(name, gives);
    return gives;
  }

  /** The node of the output that a value like {@code call:1} names. */
  private static String output(String value, List<String> gives, String name) {
    int colon = value.lastIndexOf(':');
    String number = colon < 0 ? "0" : value.substring(colon + 1);
    int place = number.matches("[0-9]{1,4}") ? Integer.parseInt(number) : 0;
    return place < gives.size() ? gives.get(place) : name;
  }

  /** The node of a value like {@code node:0} or, in a function, {@code node:output:0}. */
  private static String node(String value) {
    int colon = value.indexOf(':');
    return colon < 0 ? value : value.substring(0, colon);
  }

  private void graph(WireReader reader) throws ModelFormatException {
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> add(reader.message("node"), main);
        case 2 -> {
          WireReader library = reader.message("library");
          while (library.next()) {
            if (library.field() == 1) {
              function(library.message("function"));
            }
          }
        }
        default -> {}
      }
    }
  }

  private void function(WireReader reader) throws ModelFormatException {
    List<String> names = new ArrayList<>();
    List<String> arguments = new ArrayList<>();
    List<String> results = new ArrayList<>();
    Map<String, String> gives = new HashMap<>();
    Map<String, Stored> operations = new LinkedHashMap<>();
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> {
          WireReader signature = reader.message("signature");
          while (signature.next()) {
            switch (signature.field()) {
              case 1 -> names.add(signature.text());
              case 2 -> arguments.add(text(signature.message("input_arg"), 1));
              case 3 -> results.add(text(signature.message("output_arg"), 1));
              default -> {}
            }
          }
        }
        case 3 -> add(reader.message("node_def"), operations);
        case 4 -> {
          byte[] entry = reader.bytes();
          gives.put(text(WireReader.of(entry, "ret"), 1), text(WireReader.of(entry, "ret"), 2));
        }
        default -> {}
      }
    }
    List<String> given = results.stream().map(name -> gives.getOrDefault(name, name)).toList();
    names.forEach(name -> functions.put(name, new Function(arguments, given, operations)));
  }

  private void add(WireReader reader, Map<String, Stored> nodes) throws ModelFormatException {
    if (++stored > MAX_STORED) {
      throw new ModelFormatException(
          "the file has more than " + MAX_STORED + " operations, the most that are looked at");
    }
    String name = "";
    String type = "";
    String function = "";
    List<String> inputs = new ArrayList<>();
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> name = reader.text();
        case 2 -> type = reader.text();
        case 3 -> inputs.add(reader.text());
        case 5 -> {
          byte[] entry = reader.bytes();
          if (text(WireReader.of(entry, "attr"), 1).equals("f")) {
            function = functionName(WireReader.of(entry, "attr"));
          }
        }
        default -> {}
      }
    }
    // Control inputs cannot change a value.
    inputs.removeIf(input -> input.startsWith("^"));
    String called = CALLS.contains(type) ? function : type;
    nodes.put(name, new Stored(name, type, inputs, called));
  }

  /** The function that the value of an attribute names; empty when it names none. */
  private static String functionName(WireReader entry) throws ModelFormatException {
    String name = "";
    while (entry.next()) {
      if (entry.field() == 2) {
        WireReader value = entry.message("value");
        while (value.next()) {
          if (value.field() == 10) {
            name = text(value.message("func"), 1);
          }
        }
      }
    }
    return name;
  }

  private static void signature(WireReader entry, List<String> inputs, List<String> outputs)
      throws ModelFormatException {
    String name = "";
    List<String> starts = new ArrayList<>();
    List<String> ends = new ArrayList<>();
    while (entry.next()) {
      switch (entry.field()) {
        case 1 -> name = entry.text();
        case 2 -> {
          WireReader signature = entry.message("signature");
          while (signature.next()) {
            switch (signature.field()) {
              case 1 -> starts.add(tensorName(signature.message("inputs")));
              case 2 -> ends.add(tensorName(signature.message("outputs")));
              default -> {}
            }
          }
        }
        default -> {}
      }
    }
    if (name.equals(SIGNATURE)) {
      inputs.addAll(starts);
      outputs.addAll(ends);
    }
  }

  private static String tensorName(WireReader entry) throws ModelFormatException {
    String name = "";
    while (entry.next()) {
      if (entry.field() == 2) {
        name = text(entry.message("tensor"), 1);
      }
    }
    return name;
  }

  /** The last text in a field of a message; empty when there is none. */
  private static String text(WireReader message, int field) throws ModelFormatException {
    String text = "";
    while (message.next()) {
      if (message.field() == field) {
        text = message.text();
      }
    }
    return text;
  }
}
