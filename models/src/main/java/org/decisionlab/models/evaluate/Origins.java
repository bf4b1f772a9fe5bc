// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.Movement;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Shape;

/** For each number of a node's row the feature that it comes from, followed through movements. */
final class Origins {

  /** Comes from no feature. */
  static final int NONE = -1;

  private final ModelGraph graph;
  private final Map<String, int[]> known = new HashMap<>();

  Origins(ModelGraph graph) {
    this.graph = graph;
  }

  /** Whether any number of a node comes from a feature. */
  boolean knows(String name) {
    return known.containsKey(name);
  }

  /** The features of each number of a node, which may all be {@link #NONE}. */
  int[] of(String name) {
    int[] features = known.get(name);
    return features == null ? none(graph.node(name).shape()) : features;
  }

  void put(String name, int[] features) {
    known.put(name, features);
  }

  /** What is known of one node holds for another of the same shape, of these or of others. */
  void copy(String name, Origins to, String copy) {
    int[] features = known.get(name);
    if (features != null) {
      to.known.put(copy, features);
    }
  }

  /** The features of an operand, as many as the node has numbers. */
  int[] wide(Node node, int operand) {
    Node from = graph.operands(node).get(operand);
    int[] all = of(from.name());
    int[] indices = Broadcasting.indices(from.shape().row(), node.shape().row());
    return Arrays.stream(indices).map(index -> all[index]).toArray();
  }

  /** Follows numbers that are moved about. */
  void move(Node node, Movement movement) {
    if (node.operands().stream().noneMatch(known::containsKey)) {
      return;
    }
    int[] moved = none(node.shape());
    if (movement instanceof Movement.Concat concat) {
      List<Shape> shapes = graph.operands(node).stream().map(Node::shape).toList();
      List<int[]> targets = Movements.targets(concat, shapes, node.shape());
      for (int i = 0; i < targets.size(); i++) {
        int[] part = of(node.operands().get(i));
        for (int k = 0; k < part.length; k++) {
          moved[targets.get(i)[k]] = part[k];
        }
      }
    } else {
      Node operand = graph.operands(node).get(0);
      int[] from = of(operand.name());
      int[] source = Movements.source(movement, operand.shape(), node.shape());
      for (int i = 0; i < moved.length; i++) {
        moved[i] = source[i] < 0 ? NONE : from[source[i]];
      }
    }
    known.put(node.name(), moved);
  }

  private static int[] none(Shape shape) {
    int[] none = new int[(int) shape.elements()];
    Arrays.fill(none, NONE);
    return none;
  }
}
