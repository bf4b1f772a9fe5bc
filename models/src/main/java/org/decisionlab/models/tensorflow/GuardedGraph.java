// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.proto.WireReader;
import org.jspecify.annotations.Nullable;

/** A graph with its function library, as far as {@link TensorFlowGuard} looks at it. */
final class GuardedGraph {

  private static final Set<String> WRITES = Set.of("SaveV2", "MergeV2Checkpoints");
  private static final String READS = "RestoreV2";
  private static final Set<String> PASSES_ON =
      Set.of("Placeholder", "PlaceholderV2", "PlaceholderWithDefault", "Identity");
  private static final int MAX_NODES = 200_000;

  /** What an operation may be called: a function must not pass for one that is not on the list. */
  private static final Pattern OPERATION = Pattern.compile("_*[A-Z][A-Za-z0-9>]*|");

  /** Nodes of the graph, or of the body of a function, by name. */
  private final Map<String, GuardedNode> nodes;

  private final Map<String, Map<String, GuardedNode>> functions;

  private GuardedGraph(
      Map<String, GuardedNode> nodes, Map<String, Map<String, GuardedNode>> functions) {
    this.nodes = nodes;
    this.functions = functions;
  }

  static GuardedGraph read(WireReader graphDef) throws ModelFormatException {
    graphDef.once(1);
    Map<String, GuardedNode> nodes = new LinkedHashMap<>();
    Map<String, Map<String, GuardedNode>> functions = new HashMap<>();
    while (graphDef.next()) {
      switch (graphDef.field()) {
        case 1 -> add(graphDef.message("node"), nodes);
        case 2 -> readLibrary(graphDef.message("library"), functions);
        default -> {}
      }
    }
    return new GuardedGraph(nodes, functions);
  }

  private static void add(WireReader reader, Map<String, GuardedNode> nodes)
      throws ModelFormatException {
    GuardedNode node = GuardedNode.read(reader);
    if (nodes.put(node.name(), node) != null) {
      throw new ModelFormatException("two nodes have the name " + node.name());
    }
    if (nodes.size() > MAX_NODES) {
      throw new ModelFormatException("the graph has more than " + MAX_NODES + " nodes");
    }
  }

  private static void readLibrary(
      WireReader library, Map<String, Map<String, GuardedNode>> functions)
      throws ModelFormatException {
    while (library.next()) {
      if (library.field() == 1) {
        WireReader function = library.message("function").once(3, 4, 5, 6, 7, 8);
        String name = "";
        Map<String, GuardedNode> body = new LinkedHashMap<>();
        while (function.next()) {
          switch (function.field()) {
            case 1 -> name = signatureName(function.message("signature"));
            case 3 -> add(function.message("node_def"), body);
            default -> {}
          }
        }
        if (OPERATION.matcher(name).matches()) {
          throw new ModelFormatException(
              "function " + name + " has a name as operations of TensorFlow have");
        }
        if (functions.put(name, body) != null) {
          throw new ModelFormatException("two functions have the name " + name);
        }
      }
    }
  }

  private static String signatureName(WireReader signature) throws ModelFormatException {
    signature.once(2, 3, 4, 20);
    String name = "";
    while (signature.next()) {
      if (signature.field() == 1) {
        name = signature.text();
      }
    }
    return name;
  }

  Set<String> names() {
    return nodes.keySet();
  }

  /** Refuses operations that are not on the list, wherever they are, and an empty graph. */
  void requireAllowed() throws ModelFormatException {
    if (nodes.isEmpty()) {
      // TensorFlow's importer does not survive an empty graph.
      throw new ModelFormatException("the graph has no nodes");
    }
    for (GuardedNode node : nodes.values()) {
      requireAllowed(node, nodes);
    }
    for (Map<String, GuardedNode> body : functions.values()) {
      for (GuardedNode node : body.values()) {
        requireAllowed(node, body);
      }
    }
  }

  private void requireAllowed(GuardedNode node, Map<String, GuardedNode> scope)
      throws ModelFormatException {
    String operation = node.operation();
    if (!AllowedOperations.contains(operation)
        && !functions.containsKey(operation)
        && !operation.equals(READS)
        && !WRITES.contains(operation)) {
      throw new ModelFormatException(
          "node "
              + node.name()
              + ": operation "
              + operation
              + " is not allowed in a model of others");
    }
    node.requireSizes(scope);
  }

  /** Refuses files of any kind in what a run of these nodes reaches. */
  void requireNoFiles(Collection<String> from, String who) throws ModelFormatException {
    for (Reached reached : reach(from)) {
      String operation = reached.node().operation();
      if (operation.equals(READS) || WRITES.contains(operation)) {
        throw new ModelFormatException(
            "node " + reached.node().name() + ": " + who + " must not reach " + operation);
      }
    }
  }

  /** Refuses more than reading from the place that TensorFlow hands in. */
  void requireOnlyReadsVariables(String restore) throws ModelFormatException {
    for (Reached reached : reach(List.of(restore))) {
      GuardedNode node = reached.node();
      if (WRITES.contains(node.operation())) {
        throw new ModelFormatException(
            "node " + node.name() + ": loading must not reach " + node.operation());
      }
      if (node.operation().equals(READS)) {
        requireHandedIn(node, reached.scope());
      } else if (!calls(node).isEmpty()) {
        requireNoText(node, reached.scope());
      }
    }
  }

  /** A text that a function is handed could be made a place in it, whatever it passed through. */
  private static void requireNoText(GuardedNode call, Map<String, GuardedNode> scope)
      throws ModelFormatException {
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(call.inputs());
    while (!open.isEmpty()) {
      String input = open.remove();
      GuardedNode source = scope.get(bare(input));
      if (source == null || input.startsWith("^") || !seen.add(source.name())) {
        continue;
      }
      if (source.isText()) {
        throw foreignPlace(call);
      }
      open.addAll(source.inputs());
    }
  }

  private static void requireHandedIn(GuardedNode node, Map<String, GuardedNode> scope)
      throws ModelFormatException {
    GuardedNode at = node;
    Set<String> seen = new HashSet<>();
    while (!at.inputs().isEmpty() && seen.add(at.name())) {
      GuardedNode source = scope.get(bare(at.inputs().get(0)));
      if (source == null) {
        return; // An argument of the function.
      }
      if (!PASSES_ON.contains(source.operation())) {
        throw foreignPlace(node);
      }
      at = source;
    }
  }

  private static ModelFormatException foreignPlace(GuardedNode node) {
    return new ModelFormatException(
        "node " + node.name() + ": variables may be read from the model's own folder only");
  }

  /**
   * A node that is run.
   *
   * @param scope the nodes beside it
   */
  private record Reached(GuardedNode node, Map<String, GuardedNode> scope) {}

  private List<Reached> reach(Collection<String> from) {
    List<Reached> reached = new ArrayList<>();
    Set<String> entered = new HashSet<>();
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(from);
    Deque<String> called = new ArrayDeque<>();
    while (!open.isEmpty()) {
      String name = bare(open.remove());
      @Nullable GuardedNode node = nodes.get(name);
      if (node != null && seen.add(name)) {
        reached.add(new Reached(node, nodes));
        open.addAll(node.inputs());
        called.addAll(calls(node));
      }
    }
    while (!called.isEmpty()) {
      String name = called.remove();
      Map<String, GuardedNode> body = functions.get(name);
      if (body != null && entered.add(name)) {
        for (GuardedNode node : body.values()) {
          reached.add(new Reached(node, body));
          called.addAll(calls(node));
        }
      }
    }
    return reached;
  }

  private List<String> calls(GuardedNode node) {
    List<String> calls = new ArrayList<>(node.functions());
    if (functions.containsKey(node.operation())) {
      calls.add(node.operation());
    }
    return calls;
  }

  /** The name of a node without the mark of a control input and the number of its output. */
  static String bare(String input) {
    String name = input.startsWith("^") ? input.substring(1) : input;
    int colon = name.indexOf(':');
    return colon < 0 ? name : name.substring(0, colon);
  }
}
