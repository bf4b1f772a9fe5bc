// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.outline;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.engine.JavaEngine;
import org.decisionlab.models.engine.ModelFile;
import org.decisionlab.models.engine.ModelFormat;
import org.decisionlab.models.graph.InvalidGraphException;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.Node;

/**
 * The operations of a model as its file has them, whoever made it.
 *
 * @param inputs names of the nodes that take what is asked
 * @param outputs names of the nodes that give the answers
 * @param nodes all nodes that the answers need, operands before those that read them
 */
public record GraphOutline(List<String> inputs, List<String> outputs, List<Operation> nodes) {

  /** Nodes of a graph at most; more could neither be drawn nor be told apart. */
  public static final int MAX_NODES = 2_000;

  /** What a constant is called, in whatever form it is stored. */
  static final String CONSTANT = "Constant";

  /**
   * A node.
   *
   * @param name its name
   * @param type its operation, by the name that the format has for it
   * @param shape shape of what it gives, empty where the file does not tell
   * @param operands names of the nodes that it reads
   */
  public record Operation(String name, String type, String shape, List<String> operands) {}

  /**
   * Reads the outline of a file: of graphs that this program makes with all shapes, of others by
   * names and operations.
   *
   * @throws ModelFormatException when it is damaged or has too many nodes
   */
  public static GraphOutline of(ModelFile file) throws IOException {
    if (file.format() != ModelFormat.ONNX) {
      try {
        return of(JavaEngine.graph(file));
      } catch (ModelFormatException | InvalidGraphException e) {
        // Made by others, with operations that only their engine knows.
      }
    }
    byte[] bytes = Files.readAllBytes(file.file());
    return switch (file.format()) {
      case ONNX -> OnnxOutline.read(bytes);
      case SAVED_MODEL -> TensorFlowOutline.ofSavedModel(bytes);
      case FROZEN_GRAPH -> TensorFlowOutline.ofGraph(bytes, file.inputNode(), file.outputNode());
    };
  }

  private static GraphOutline of(ModelGraph graph) throws ModelFormatException {
    List<Operation> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      nodes.add(
          new Operation(
              node.name(), node.operation().type(), node.shape().toString(), node.operands()));
    }
    return complete(List.of(graph.input().name()), List.of(graph.output().name()), nodes);
  }

  /** An outline, unless it is too large. */
  static GraphOutline complete(List<String> inputs, List<String> outputs, List<Operation> nodes)
      throws ModelFormatException {
    requireShowable(nodes.size());
    return new GraphOutline(List.copyOf(inputs), List.copyOf(outputs), List.copyOf(nodes));
  }

  /** Refuses a graph as soon as it is known to be too large. */
  static void requireShowable(int nodes) throws ModelFormatException {
    if (nodes > MAX_NODES) {
      throw new ModelFormatException(
          "the graph has more than " + MAX_NODES + " nodes, the most that are shown");
    }
  }
}
