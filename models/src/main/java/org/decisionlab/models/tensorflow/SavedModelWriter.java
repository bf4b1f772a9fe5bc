// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.Shape;
import org.decisionlab.models.proto.WireWriter;

/**
 * Writes a graph as TensorFlow's {@code saved_model.pb}: one graph tagged {@code serve}, weights as
 * constants, signature {@code serving_default}, nodes named as TFaaS expects ({@link
 * ServingNames}). The folder it lies in must also hold the empty folders {@code assets} and {@code
 * variables}. The same graph makes the same bytes.
 */
public final class SavedModelWriter {

  private static final int SCHEMA_VERSION = 1;
  private static final int DT_FLOAT = 1;

  private SavedModelWriter() {}

  /** The bytes of {@code saved_model.pb}. */
  public static byte[] write(ModelGraph graph) {
    ModelGraph serving = ServingNames.rename(graph);
    return new WireWriter()
        .varint(1, SCHEMA_VERSION)
        .message(2, metaGraph -> writeMetaGraph(serving, metaGraph))
        .toByteArray();
  }

  private static void writeMetaGraph(ModelGraph graph, WireWriter writer) {
    writer
        .message(1, info -> info.text(4, ServingNames.TAG))
        .message(2, message -> GraphDefWriter.writeGraph(graph, message))
        .entry(5, ServingNames.SIGNATURE, signature -> writeSignature(graph, signature));
  }

  private static void writeSignature(ModelGraph graph, WireWriter writer) {
    writer
        .entry(
            1, "inputs", tensor -> writeTensor(ServingNames.INPUT, graph.input().shape(), tensor))
        .entry(
            2,
            "outputs",
            tensor -> writeTensor(ServingNames.OUTPUT, graph.output().shape(), tensor))
        .text(3, "tensorflow/serving/predict");
  }

  private static void writeTensor(String node, Shape shape, WireWriter writer) {
    writer
        .text(1, node + ":0")
        .varint(2, DT_FLOAT)
        .message(3, message -> GraphDef.writeShape(shape, message));
  }
}
