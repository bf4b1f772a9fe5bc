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
  private static final int ATTRIBUTE_STRING = 3;
  private static final int ATTRIBUTE_FLOATS = 6;
  private static final int ATTRIBUTE_INTS = 7;
  private static final int ATTRIBUTE_STRINGS = 8;

  /** ONNX's operations of machine learning besides nets. */
  private static final String ML = "ai.onnx.ml";

  private static final int ML_VERSION = 3;

  private final FreshNames names;
  private final List<Consumer<WireWriter>> nodes = new ArrayList<>();
  private final List<Consumer<WireWriter>> constants = new ArrayList<>();

  private boolean usesMl;

  OnnxGraph(ModelGraph graph) {
    names = new FreshNames(graph);
  }

  /** An attribute of a node. */
  record Attribute(String name, int type, Consumer<WireWriter> value) {

    static Attribute of(String name, int value) {
      return new Attribute(name, ATTRIBUTE_INT, writer -> writer.varint(3, value));
    }

    static Attribute of(String name, List<Integer> values) {
      return new Attribute(
          name, ATTRIBUTE_INTS, writer -> values.forEach(value -> writer.varint(8, value)));
    }

    static Attribute text(String name, String value) {
      return new Attribute(name, ATTRIBUTE_STRING, writer -> writer.text(4, value));
    }

    static Attribute texts(String name, List<String> values) {
      return new Attribute(
          name, ATTRIBUTE_STRINGS, writer -> values.forEach(value -> writer.text(9, value)));
    }

    static Attribute floats(String name, float... values) {
      return new Attribute(name, ATTRIBUTE_FLOATS, writer -> writer.floats(7, values));
    }

    private void write(WireWriter writer) {
      writer.text(1, name);
      value.accept(writer);
      writer.varint(20, type);
    }
  }

  /** A name that is not taken. */
  String fresh(String wish) {
    return names.fresh(wish);
  }

  /** A node, named like its only result. */
  void node(String operator, String result, List<String> operands, Attribute... attributes) {
    node("", operator, result, operands, attributes);
  }

  /** A node of ONNX-ML, named like its only result. */
  void mlNode(String operator, String result, List<String> operands, Attribute... attributes) {
    node(ML, operator, result, operands, attributes);
    usesMl = true;
  }

  private void node(
      String domain, String operator, String result, List<String> operands, Attribute... all) {
    List<String> inputs = List.copyOf(operands);
    List<Attribute> attributes = List.of(all);
    nodes.add(
        node -> {
          inputs.forEach(operand -> node.text(1, operand));
          node.text(2, result).text(3, result).text(4, operator);
          attributes.forEach(attribute -> node.message(5, attribute::write));
          if (!domain.isEmpty()) {
            node.text(7, domain);
          }
        });
  }

  /** Says which version of ONNX-ML the nodes are of, if there are such. */
  void writeMlVersion(WireWriter model) {
    if (usesMl) {
      model.message(8, opset -> opset.text(1, ML).varint(2, ML_VERSION));
    }
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
