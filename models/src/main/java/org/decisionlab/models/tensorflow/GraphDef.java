// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.decisionlab.models.graph.FreshNames;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.Shape;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.proto.WireWriter;

/** The nodes of a TensorFlow graph, in the order in which they are added. */
final class GraphDef {

  /** TensorFlow's number of the type float32. */
  static final int FLOAT = 1;

  /** TensorFlow's number of the type int32. */
  static final int INT32 = 3;

  /** TensorFlow's number of the type bool. */
  static final int BOOL = 10;

  private final FreshNames names;
  private final List<Consumer<WireWriter>> nodes = new ArrayList<>();

  GraphDef(ModelGraph graph) {
    names = new FreshNames(graph);
  }

  /** The attributes of a node, written in alphabetical order. */
  static final class Attributes {
    private final SortedMap<String, Consumer<WireWriter>> values = new TreeMap<>();

    static Attributes ofType() {
      return new Attributes().type("T", FLOAT);
    }

    Attributes type(String name, int type) {
      return put(name, value -> value.varint(6, type));
    }

    Attributes bool(String name, boolean truth) {
      return put(name, value -> value.bool(5, truth));
    }

    Attributes integer(String name, long number) {
      return put(name, value -> value.varint(3, number));
    }

    Attributes text(String name, String text) {
      return put(name, value -> value.bytes(2, text.getBytes(StandardCharsets.UTF_8)));
    }

    Attributes integers(String name, List<Integer> numbers) {
      return put(
          name,
          value -> value.message(1, list -> numbers.forEach(number -> list.varint(3, number))));
    }

    Attributes shape(String name, Shape shape) {
      return put(name, value -> value.message(7, message -> writeShape(shape, message)));
    }

    private Attributes put(String name, Consumer<WireWriter> value) {
      values.put(name, value);
      return this;
    }
  }

  /** A name that is not taken. */
  String fresh(String wish) {
    return names.fresh(wish);
  }

  /** A node. */
  void node(String operation, String name, List<String> operands, Attributes attributes) {
    List<String> inputs = List.copyOf(operands);
    nodes.add(
        node -> {
          node.text(1, name).text(2, operation);
          inputs.forEach(operand -> node.text(3, operand));
          attributes.values.forEach((key, value) -> node.entry(5, key, value));
        });
  }

  /** A constant of numbers. */
  void constant(String name, Tensor tensor) {
    constant(
        name,
        FLOAT,
        message ->
            message
                .varint(1, FLOAT)
                .message(2, shape -> writeShape(tensor.shape(), shape))
                .floats(4, tensor.toArray()));
  }

  /** A constant of whole numbers; its name. */
  String integers(String wish, Shape shape, List<Integer> values) {
    String name = fresh(wish);
    constant(
        name,
        INT32,
        message -> {
          message.varint(1, INT32).message(2, dimensions -> writeShape(shape, dimensions));
          values.forEach(value -> message.varint(7, value));
        });
    return name;
  }

  /** A constant vector of whole numbers; its name. */
  String integers(String wish, List<Integer> values) {
    return integers(wish, Shape.of(values.size()), values);
  }

  /** A constant vector of whole numbers, as many as there are; its name. */
  String integers(String wish, int... values) {
    ByteBuffer content =
        ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    content.asIntBuffer().put(values);
    String name = fresh(wish);
    constant(
        name,
        INT32,
        message ->
            message
                .varint(1, INT32)
                .message(2, shape -> writeShape(Shape.of(values.length), shape))
                .bytes(4, content.array()));
    return name;
  }

  /** A constant vector of numbers, which may be infinite; its name. */
  String numbers(String wish, float... values) {
    return numbers(wish, Shape.of(values.length), values);
  }

  /** Constant numbers, which may be infinite; their name. */
  String numbers(String wish, Shape shape, float... values) {
    String name = fresh(wish);
    constant(
        name,
        FLOAT,
        message ->
            message
                .varint(1, FLOAT)
                .message(2, dimensions -> writeShape(shape, dimensions))
                .floats(4, values));
    return name;
  }

  /** A constant number; its name. */
  String number(String wish, float value) {
    String name = fresh(wish);
    constant(name, Tensor.scalar(value));
    return name;
  }

  private void constant(String name, int type, Consumer<WireWriter> tensor) {
    Attributes attributes = new Attributes().type("dtype", type);
    attributes.put("value", value -> value.message(8, tensor));
    node("Const", name, List.of(), attributes);
  }

  /** Writes the nodes into the message of a graph. */
  void write(WireWriter writer) {
    nodes.forEach(node -> writer.message(1, node));
  }

  static void writeShape(Shape shape, WireWriter writer) {
    for (int size : shape.dimensions()) {
      writer.message(2, dimension -> dimension.varint(1, size == Shape.BATCH ? -1 : size));
    }
  }
}
