// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.proto.WireWriter;

/**
 * Writes a graph as a TensorFlow {@code GraphDef} with its weights as constants: the frozen {@code
 * .pb} file. Node names stay; the same graph makes the same bytes. Only operations and a graph
 * version known to every TensorFlow from 1.15 on are used.
 */
public final class GraphDefWriter {

  private static final int PRODUCER = 440;
  private static final int MIN_CONSUMER = 12;

  private GraphDefWriter() {}

  /** The bytes of the frozen graph file. */
  public static byte[] write(ModelGraph graph) {
    WireWriter writer = new WireWriter();
    writeGraph(graph, writer);
    return writer.toByteArray();
  }

  static void writeGraph(ModelGraph model, WireWriter writer) {
    GraphDef graph = new GraphDef(model);
    for (Node node : model.nodes()) {
      node.operation().match(new TensorFlowNodeWriter(model, node, graph));
    }
    graph.write(writer);
    writer.message(2, library -> {});
    writer.message(4, versions -> versions.varint(1, PRODUCER).varint(2, MIN_CONSUMER));
  }
}
