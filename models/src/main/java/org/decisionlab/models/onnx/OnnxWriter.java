// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.onnx;

import java.util.Map;
import java.util.Optional;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Operation;
import org.decisionlab.models.graph.Shape;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.proto.WireWriter;

/**
 * Writes a graph as an ONNX model: operator set 17, intermediate representation 8, weights inside
 * the file. Input, output and inner values keep the names of their nodes; the same graph makes the
 * same bytes.
 */
public final class OnnxWriter {

  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;
  private static final int FLOAT = 1;
  private static final int ATTRIBUTE_INT = 2;

  private OnnxWriter() {}

  /** The bytes of the {@code .onnx} file. */
  public static byte[] write(ModelGraph graph) {
    return new WireWriter()
        .varint(1, IR_VERSION)
        .text(2, "decisionlab")
        .message(7, message -> writeGraph(graph, message))
        .message(8, opset -> opset.text(1, "").varint(2, OPSET))
        .toByteArray();
  }

  private static void writeGraph(ModelGraph graph, WireWriter writer) {
    for (Node node : graph.nodes()) {
      node.operation()
          .match(new Forms())
          .ifPresent(form -> writer.message(1, message -> writeNode(node, form, message)));
    }
    writer.text(2, "model");
    for (Node node : graph.nodes()) {
      if (node.operation() instanceof Operation.Constant constant) {
        writer.message(5, message -> writeTensor(node.name(), constant.value(), message));
      }
    }
    writer.message(11, value -> writeValue(graph.input(), value));
    writer.message(12, value -> writeValue(graph.output(), value));
  }

  private static void writeNode(Node node, Form form, WireWriter writer) {
    node.operands().forEach(operand -> writer.text(1, operand));
    writer.text(2, node.name()).text(3, node.name()).text(4, form.operator());
    form.attributes()
        .forEach(
            (name, value) ->
                writer.message(
                    5,
                    attribute ->
                        attribute.text(1, name).varint(3, value).varint(20, ATTRIBUTE_INT)));
  }

  private static void writeTensor(String name, Tensor tensor, WireWriter writer) {
    tensor.shape().dimensions().forEach(size -> writer.varint(1, size));
    writer.varint(2, FLOAT).text(8, name).floats(9, tensor.toArray());
  }

  private static void writeValue(Node node, WireWriter writer) {
    writer
        .text(1, node.name())
        .message(
            2,
            type ->
                type.message(
                    1,
                    tensor ->
                        tensor
                            .varint(1, FLOAT)
                            .message(2, shape -> writeShape(node.shape(), shape))));
  }

  private static void writeShape(Shape shape, WireWriter writer) {
    for (int size : shape.dimensions()) {
      writer.message(
          1,
          dimension -> {
            if (size == Shape.BATCH) {
              dimension.text(2, "N");
            } else {
              dimension.varint(1, size);
            }
          });
    }
  }

  /**
   * An operation in ONNX's words.
   *
   * @param operator name of the operator
   * @param attributes at most one, so that their order is one
   */
  private record Form(String operator, Map<String, Integer> attributes) {
    static Optional<Form> of(String operator) {
      return Optional.of(new Form(operator, Map.of()));
    }

    static Optional<Form> of(String operator, String attribute, int value) {
      return Optional.of(new Form(operator, Map.of(attribute, value)));
    }
  }

  /** The nodes that ONNX has; inputs and constants are kept elsewhere in its graph. */
  private static final class Forms implements Operation.Cases<Optional<Form>> {
    @Override
    public Optional<Form> input(Operation.Input operation) {
      return Optional.empty();
    }

    @Override
    public Optional<Form> constant(Operation.Constant operation) {
      return Optional.empty();
    }

    @Override
    public Optional<Form> matMul(Operation.MatMul operation) {
      return operation.transposeRight() ? Form.of("Gemm", "transB", 1) : Form.of("MatMul");
    }

    @Override
    public Optional<Form> binary(Operation.Binary operation) {
      return Form.of(
          switch (operation.function()) {
            case ADD -> "Add";
            case SUBTRACT -> "Sub";
            case MULTIPLY -> "Mul";
            case DIVIDE -> "Div";
          });
    }

    @Override
    public Optional<Form> unary(Operation.Unary operation) {
      return switch (operation.function()) {
        case IDENTITY -> Form.of("Identity");
        case RELU -> Form.of("Relu");
        case TANH -> Form.of("Tanh");
        case SIGMOID -> Form.of("Sigmoid");
        case SOFTMAX -> Form.of("Softmax", "axis", -1);
      };
    }
  }
}
