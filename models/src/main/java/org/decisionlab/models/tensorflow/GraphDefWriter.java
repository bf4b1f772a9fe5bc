// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Operation;
import org.decisionlab.models.graph.Shape;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.proto.WireWriter;

/**
 * Writes a graph as a TensorFlow {@code GraphDef} with its weights as constants: the frozen {@code
 * .pb} file. Node names stay; the same graph makes the same bytes. Only operations and a graph
 * version known to every TensorFlow from 1.13 on are used.
 */
public final class GraphDefWriter {

  private static final int DT_FLOAT = 1;
  private static final int PRODUCER = 440;
  private static final int MIN_CONSUMER = 12;

  private GraphDefWriter() {}

  /** The bytes of the frozen graph file. */
  public static byte[] write(ModelGraph graph) {
    WireWriter writer = new WireWriter();
    writeGraph(graph, writer);
    return writer.toByteArray();
  }

  static void writeGraph(ModelGraph graph, WireWriter writer) {
    for (Node node : graph.nodes()) {
      writer.message(1, message -> writeNode(node, message));
    }
    writer.message(2, library -> {});
    writer.message(4, versions -> versions.varint(1, PRODUCER).varint(2, MIN_CONSUMER));
  }

  static void writeShape(Shape shape, WireWriter writer) {
    for (int size : shape.dimensions()) {
      writer.message(2, dimension -> dimension.varint(1, size == Shape.BATCH ? -1 : size));
    }
  }

  private static void writeNode(Node node, WireWriter writer) {
    Form form = node.operation().match(new Forms());
    writer.text(1, node.name()).text(2, form.operation());
    node.operands().forEach(operand -> writer.text(3, operand));
    new TreeMap<>(form.attributes()).forEach((key, value) -> writer.entry(5, key, value));
  }

  private static void writeTensor(Tensor tensor, WireWriter writer) {
    writer
        .varint(1, DT_FLOAT)
        .message(2, shape -> writeShape(tensor.shape(), shape))
        .floats(4, tensor.toArray());
  }

  private static void floatType(WireWriter value) {
    value.varint(6, DT_FLOAT);
  }

  /** An operation in TensorFlow's words. */
  private record Form(String operation, Map<String, Consumer<WireWriter>> attributes) {
    static Form of(String operation) {
      return new Form(operation, Map.of("T", GraphDefWriter::floatType));
    }
  }

  private static final class Forms implements Operation.Cases<Form> {
    @Override
    public Form input(Operation.Input operation) {
      Shape shape = operation.resultShape(List.of());
      return new Form(
          "Placeholder",
          Map.of(
              "dtype",
              GraphDefWriter::floatType,
              "shape",
              value -> value.message(7, message -> writeShape(shape, message))));
    }

    @Override
    public Form constant(Operation.Constant operation) {
      return new Form(
          "Const",
          Map.of(
              "dtype",
              GraphDefWriter::floatType,
              "value",
              value -> value.message(8, message -> writeTensor(operation.value(), message))));
    }

    @Override
    public Form matMul(Operation.MatMul operation) {
      return new Form(
          "MatMul",
          Map.of(
              "T",
              GraphDefWriter::floatType,
              "transpose_a",
              value -> value.bool(5, false),
              "transpose_b",
              value -> value.bool(5, operation.transposeRight())));
    }

    @Override
    public Form binary(Operation.Binary operation) {
      return Form.of(
          switch (operation.function()) {
            case ADD -> "AddV2";
            case SUBTRACT -> "Sub";
            case MULTIPLY -> "Mul";
            case DIVIDE -> "RealDiv";
          });
    }

    @Override
    public Form unary(Operation.Unary operation) {
      return Form.of(
          switch (operation.function()) {
            case IDENTITY -> "Identity";
            case RELU -> "Relu";
            case TANH -> "Tanh";
            case SIGMOID -> "Sigmoid";
            case SOFTMAX -> "Softmax";
          });
    }
  }
}
