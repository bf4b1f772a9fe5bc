// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.onnx;

import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Shape;
import org.decisionlab.models.proto.WireWriter;

/**
 * Writes a graph as an ONNX model: operator set 17, intermediate representation 8, weights inside
 * the file. Input, output and inner values keep the names of their nodes; the same graph makes the
 * same bytes.
 */
public final class OnnxWriter {

  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;

  private OnnxWriter() {}

  /** The bytes of the {@code .onnx} file. */
  public static byte[] write(ModelGraph graph) {
    OnnxGraph onnx = new OnnxGraph(graph);
    for (Node node : graph.nodes()) {
      node.operation().match(new OnnxNodeWriter(graph, node, onnx));
    }
    WireWriter model =
        new WireWriter()
            .varint(1, IR_VERSION)
            .text(2, "decisionlab")
            .message(7, message -> writeGraph(graph, onnx, message))
            .message(8, opset -> opset.text(1, "").varint(2, OPSET));
    onnx.writeMlVersion(model);
    return model.toByteArray();
  }

  private static void writeGraph(ModelGraph model, OnnxGraph graph, WireWriter writer) {
    graph.writeNodes(writer);
    writer.text(2, "model");
    graph.writeConstants(writer);
    writer.message(11, value -> writeValue(model.input(), value));
    writer.message(12, value -> writeValue(model.output(), value));
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
                            .varint(1, OnnxGraph.FLOAT)
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
}
