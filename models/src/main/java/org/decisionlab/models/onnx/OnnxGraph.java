// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.decisionlab.models.graph.FreshNames;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.proto.WireWriter;

/** The nodes and constants of an ONNX graph, in the order in which they are added. */
final class OnnxGraph {

  /** ONNX's number of the type float32. */
  static final int FLOAT = 1;

  /** ONNX's number of the type int64. */
  static final int INT64 = 7;

  /** ONNX's number of the type bool. */
  static final int BOOL = 9;

  private static final int ATTRIBUTE_INT = 2;
  private static final int ATTRIBUTE_INTS = 7;

  private final FreshNames names;
  private final List<Consumer<WireWriter>> nodes = new ArrayList<>();
  private final List<Consumer<WireWriter>> constants = new ArrayList<>();

  OnnxGraph(ModelGraph graph) {
    names = new FreshNames(graph);
  }

  /** An attribute of a node. */
  record Attribute(String name, List<Integer> values, boolean isList) {

    static Attribute of(String name, int value) {
      return new Attribute(name, List.of(value), false);
    }

    static Attribute of(String name, List<Integer> values) {
      return new Attribute(name, values, true);
    }

    private void write(WireWriter writer) {
      writer.text(1, name);
      values.forEach(value -> writer.varint(isList ? 8 : 3, value));
      writer.varint(20, isList ? ATTRIBUTE_INTS : ATTRIBUTE_INT);
    }
  }

  /** A name that is not taken. */
  String fresh(String wish) {
    return names.fresh(wish);
  }

  /** A node, named like its only result. */
  void node(String operator, String result, List<String> operands, Attribute... attributes) {
    List<String> inputs = List.copyOf(operands);
    List<Attribute> all = List.of(attributes);
    nodes.add(
        node -> {
          inputs.forEach(operand -> node.text(1, operand));
          node.text(2, result).text(3, result).text(4, operator);
          all.forEach(attribute -> node.message(5, attribute::write));
        });
  }

  /** A constant of numbers. */
  void constant(String name, Tensor value) {
    constants.add(
        tensor -> {
          value.shape().dimensions().forEach(size -> tensor.varint(1, size));
          tensor.varint(2, FLOAT).text(8, name).floats(9, value.toArray());
        });
  }

  /** A constant vector of whole numbers; its name. */
  String integers(String wish, long... values) {
    String name = fresh(wish);
    long[] copy = values.clone();
    constants.add(
        tensor -> {
          tensor.varint(1, copy.length).varint(2, INT64);
          Arrays.stream(copy).forEach(value -> tensor.varint(7, value));
          tensor.text(8, name);
        });
    return name;
  }

  /** A constant number; its name. */
  String number(String wish, float value) {
    String name = fresh(wish);
    constant(name, Tensor.scalar(value));
    return name;
  }

  /** Writes the nodes into the message of a graph. */
  void writeNodes(WireWriter writer) {
    nodes.forEach(node -> writer.message(1, node));
  }

  /** Writes the constants into the message of a graph. */
  void writeConstants(WireWriter writer) {
    constants.forEach(tensor -> writer.message(5, tensor));
  }
}
