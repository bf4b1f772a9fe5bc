// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.graph.InvalidGraphException;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.ModelGraphBuilder;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.proto.WireReader;

/**
 * Reads a TensorFlow {@code GraphDef}, the frozen {@code .pb} file, as a {@link ModelGraph}. Only
 * the nodes that the output depends on are looked at; each must be float32 and one of {@link
 * #operations}, all others are refused by name and operation.
 */
public final class GraphDefReader {

  private GraphDefReader() {}

  /** Names of the TensorFlow operations that can be read, in alphabetical order. */
  public static Set<String> operations() {
    return NodeTranslator.operations();
  }

  /**
   * Reads the part of a graph between two nodes.
   *
   * @param graphDef bytes of the frozen graph
   * @param input name of the placeholder that takes the rows, without {@code :0}
   * @param output name of the node that gives the answer, without {@code :0}
   * @throws ModelFormatException when the bytes are damaged, a node is missing, or the graph has
   *     something that is not supported
   */
  public static ModelGraph read(byte[] graphDef, String input, String output)
      throws ModelFormatException {
    return read(WireReader.of(graphDef, "GraphDef"), input, output);
  }

  static ModelGraph read(WireReader reader, String input, String output)
      throws ModelFormatException {
    Map<String, NodeDef> nodes = readNodes(reader);
    ModelGraphBuilder builder = ModelGraph.builder();
    NodeTranslator translator = new NodeTranslator(builder, input, nodes.keySet());
    try {
      translator.takeTrees(nodes);
      for (NodeDef node : inOrder(nodes, output)) {
        translator.translate(node);
      }
      Node answer = translator.node(output);
      if (!answer.shape().isBatched()) {
        throw new ModelFormatException(
            "output " + output + " does not depend on the input " + input);
      }
      return builder.build(translator.named(output, answer));
    } catch (InvalidGraphException e) {
      throw new ModelFormatException(e.getMessage(), e);
    }
  }

  private static Map<String, NodeDef> readNodes(WireReader reader) throws ModelFormatException {
    Map<String, NodeDef> nodes = new LinkedHashMap<>();
    reader.once(1);
    while (reader.next()) {
      if (reader.field() == 1) {
        NodeDef node = NodeDef.read(reader.message("node"));
        if (nodes.put(node.name(), node) != null) {
          throw node.fault("a second node of this name");
        }
      }
    }
    return nodes;
  }

  /** The nodes that {@code output} depends on, each after those it reads. */
  private static List<NodeDef> inOrder(Map<String, NodeDef> nodes, String output)
      throws ModelFormatException {
    List<NodeDef> ordered = new ArrayList<>();
    Set<String> done = new HashSet<>();
    Set<String> open = new HashSet<>();
    Deque<String> stack = new ArrayDeque<>();
    for (String start : reachable(nodes, output)) {
      stack.push(start);
      while (!stack.isEmpty()) {
        String name = stack.element();
        if (done.contains(name)) {
          stack.pop();
          continue;
        }
        NodeDef node = find(nodes, name, output);
        if (open.add(name)) {
          for (String operand : node.inputs()) {
            if (open.contains(operand) && !done.contains(operand)) {
              throw node.fault("it depends on itself through " + operand);
            }
            stack.push(operand);
          }
        } else {
          stack.pop();
          done.add(name);
          ordered.add(node);
        }
      }
    }
    return ordered;
  }

  /** The nodes that {@code output} depends on, in the order of the file. */
  private static List<String> reachable(Map<String, NodeDef> nodes, String output)
      throws ModelFormatException {
    Set<String> seen = new HashSet<>(Set.of(output));
    Deque<String> open = new ArrayDeque<>(seen);
    while (!open.isEmpty()) {
      for (String operand : find(nodes, open.remove(), output).inputs()) {
        if (seen.add(operand)) {
          open.add(operand);
        }
      }
    }
    return nodes.keySet().stream().filter(seen::contains).toList();
  }

  private static NodeDef find(Map<String, NodeDef> nodes, String name, String output)
      throws ModelFormatException {
    NodeDef node = nodes.get(name);
    if (node == null) {
      throw new ModelFormatException(
          "the graph of "
              + nodes.size()
              + " nodes has no node "
              + name
              + (name.equals(output) ? ", the output that was asked for" : ""));
    }
    return node;
  }
}
