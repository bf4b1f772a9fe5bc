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

/**
 * The graph of an ONNX model. What a node reads are names of values there; they are shown as the
 * nodes that give them. Bodies of loops and branches are part of their node and not shown.
 */
final class OnnxOutline {

  private static final int DIMENSION_VALUE = 1;
  private static final int DIMENSION_NAME = 2;

  private final Map<String, String> givers = new HashMap<>();
  private final List<Operation> nodes = new ArrayList<>();
  private final Map<String, String> inputs = new LinkedHashMap<>();
  private final List<String> outputs = new ArrayList<>();
  private final Set<String> constants = new HashSet<>();

  private OnnxOutline() {}

  static GraphOutline read(byte[] model) throws ModelFormatException {
    WireReader reader = WireReader.of(model, "ONNX model");
    OnnxOutline outline = new OnnxOutline();
    while (reader.next()) {
      if (reader.field() == 7) {
        outline.graph(reader.message("graph"));
      }
    }
    List<String> ends = outline.outputs.stream().map(outline::giver).toList();
    List<String> starts =
        outline.inputs.keySet().stream().filter(name -> !outline.isConstant(name)).toList();
    return GraphOutline.complete(starts, ends, outline.nodes);
  }

  private boolean isConstant(String name) {
    return constants.contains(name);
  }

  private String giver(String value) {
    return givers.getOrDefault(value, value);
  }

  private void graph(WireReader reader) throws ModelFormatException {
    List<WireReader> operations = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<String> shapes = new ArrayList<>();
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> operations.add(reader.message("node"));
        case 5 -> constant(reader.message("initializer"), names, shapes);
        case 11 -> value(reader.message("input"), true);
        case 12 -> value(reader.message("output"), false);
        default -> {}
      }
      GraphOutline.requireShowable(
          nodes.size() + operations.size() + names.size() + inputs.size() + outputs.size());
    }
    constants.addAll(names);
    // Old files list constants among the inputs too.
    names.forEach(inputs::remove);
    inputs.forEach((name, shape) -> nodes.add(new Operation(name, "Input", shape, List.of())));
    for (int i = 0; i < names.size(); i++) {
      nodes.add(new Operation(names.get(i), GraphOutline.CONSTANT, shapes.get(i), List.of()));
    }
    for (WireReader operation : operations) {
      node(operation);
    }
  }

  private void node(WireReader reader) throws ModelFormatException {
    List<String> read = new ArrayList<>();
    List<String> given = new ArrayList<>();
    String name = "";
    String type = "";
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> read.add(reader.text());
        case 2 -> given.add(reader.text());
        case 3 -> name = reader.text();
        case 4 -> type = reader.text();
        default -> {}
      }
    }
    // Names of nodes are free and may be missing; those of values are not.
    String shown = given.isEmpty() ? name : given.get(0);
    given.forEach(value -> givers.put(value, shown));
    List<String> operands =
        read.stream().filter(value -> !value.isEmpty()).map(this::giver).distinct().toList();
    nodes.add(new Operation(shown, type, "", operands));
  }

  private static void constant(WireReader reader, List<String> names, List<String> shapes)
      throws ModelFormatException {
    String name = "";
    List<Long> shape = new ArrayList<>();
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> {
          for (long size : reader.varints()) {
            shape.add(size);
          }
        }
        case 8 -> name = reader.text();
        default -> {}
      }
    }
    names.add(name);
    shapes.add(shape.toString());
  }

  private void value(WireReader reader, boolean isInput) throws ModelFormatException {
    String name = "";
    String shape = "";
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> name = reader.text();
        case 2 -> shape = type(reader.message("type"));
        default -> {}
      }
    }
    if (isInput) {
      inputs.put(name, shape);
    } else {
      outputs.add(name);
    }
  }

  /** The shape inside of a type. */
  private static String type(WireReader type) throws ModelFormatException {
    List<String> shape = new ArrayList<>();
    while (type.next()) {
      if (type.field() == 1) {
        WireReader tensor = type.message("tensor_type");
        while (tensor.next()) {
          if (tensor.field() == 2) {
            WireReader axes = tensor.message("shape");
            while (axes.next()) {
              shape.add(axis(axes.message("dim")));
            }
          }
        }
      }
    }
    return shape.toString();
  }

  private static String axis(WireReader axis) throws ModelFormatException {
    String size = "?";
    while (axis.next()) {
      switch (axis.field()) {
        case DIMENSION_VALUE -> size = Long.toString(axis.varint());
        case DIMENSION_NAME -> size = axis.text();
        default -> {}
      }
    }
    return size;
  }
}
