// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import java.util.HashMap;
import java.util.Map;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.ModelGraphBuilder;
import org.decisionlab.models.graph.Node;

/** The names that a SavedModel must have to be served by TFaaS, which does not read signatures. */
public final class ServingNames {

  /** Tag of the graph that is for serving. */
  public static final String TAG = "serve";

  /** Name of the signature. */
  public static final String SIGNATURE = "serving_default";

  /** Node that takes the rows. */
  public static final String INPUT = "serving_default_inputs_input";

  /** Node that gives the answer. */
  public static final String OUTPUT = "StatefulPartitionedCall";

  private ServingNames() {}

  /**
   * The same graph with its input named {@link #INPUT} and its output named {@link #OUTPUT}; other
   * nodes keep their names unless they would collide. A graph named so already is returned as it
   * is.
   */
  static ModelGraph rename(ModelGraph graph) {
    if (graph.input().name().equals(INPUT) && graph.output().name().equals(OUTPUT)) {
      return graph;
    }
    ModelGraphBuilder builder = ModelGraph.builder();
    Map<String, Node> renamed = new HashMap<>();
    for (Node node : graph.nodes()) {
      Node[] operands = node.operands().stream().map(renamed::get).toArray(Node[]::new);
      renamed.put(
          node.name(), builder.apply(newName(graph, node, builder), node.operation(), operands));
    }
    Node output = renamed.getOrDefault(graph.output().name(), graph.output());
    return builder.build(builder.identity(OUTPUT, output));
  }

  private static String newName(ModelGraph graph, Node node, ModelGraphBuilder builder) {
    if (node.equals(graph.input())) {
      return INPUT;
    }
    boolean reserved = node.name().equals(INPUT) || node.name().equals(OUTPUT);
    return builder.freshName(reserved ? node.name() + "_inner" : node.name());
  }
}
