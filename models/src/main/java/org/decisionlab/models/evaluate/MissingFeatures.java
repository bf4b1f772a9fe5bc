// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.decisionlab.models.graph.BinaryFunction;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.Movement;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Operation;
import org.decisionlab.models.graph.Selection;
import org.decisionlab.models.graph.Shape;
import org.decisionlab.models.graph.TreeEnsemble;
import org.decisionlab.models.graph.UnaryFunction;

/**
 * Finds the features of a graph that may be missing, which is told by "not a number": those that
 * are only moved about until each is replaced where it is missing. A feature that enters arithmetic
 * before must be there, since runtimes disagree about what becomes of it.
 */
final class MissingFeatures {

  private static final int PRESENT = -1;

  private final ModelGraph graph;

  /** For each number of a node the feature that it is, or {@link #PRESENT}. */
  private final Map<String, int[]> features = new HashMap<>();

  /** For each number of a node the feature of which it tells whether it is missing. */
  private final Map<String, int[]> tests = new HashMap<>();

  private final BitSet mayBeMissing = new BitSet();

  private MissingFeatures(ModelGraph graph) {
    this.graph = graph;
    mayBeMissing.set(0, graph.features());
  }

  static BitSet of(ModelGraph graph) {
    MissingFeatures found = new MissingFeatures(graph);
    graph.nodes().forEach(found::follow);
    found.use(graph.output().name());
    return found.mayBeMissing;
  }

  private void follow(Node node) {
    Operation operation = node.operation();
    List<String> operands = node.operands();
    if (operation instanceof Operation.Input) {
      features.put(node.name(), IntStream.range(0, graph.features()).toArray());
    } else if (isFunction(operation, UnaryFunction.IDENTITY)) {
      copy(features, operands.get(0), features, node.name());
      copy(tests, operands.get(0), tests, node.name());
    } else if (isFunction(operation, UnaryFunction.IS_MISSING)) {
      copy(features, operands.get(0), tests, node.name());
    } else if (operation instanceof Movement movement) {
      move(node, movement, features);
      move(node, movement, tests);
    } else if (operation instanceof Selection) {
      choose(node);
    } else if (operation instanceof TreeEnsemble) {
      return; // A tree says for each of its nodes where a missing column goes.
    } else if (operation instanceof Operation.Binary binary
        && operands.stream().anyMatch(tests::containsKey)) {
      restrict(node, binary.function());
    } else {
      operands.forEach(this::use);
    }
  }

  private static boolean isFunction(Operation operation, UnaryFunction function) {
    return operation instanceof Operation.Unary unary && unary.function() == function;
  }

  /** A test times a constant, or unlike 0, is a test where the constant is not 0, or is 0. */
  private void restrict(Node node, BinaryFunction function) {
    int test = tests.containsKey(node.operands().get(0)) ? 0 : 1;
    Node other = graph.operands(node).get(1 - test);
    use(other.name());
    boolean product = function == BinaryFunction.MULTIPLY;
    if (other.operation() instanceof Operation.Constant constant
        && (product || function == BinaryFunction.NOT_EQUAL)) {
      int[] tested = wide(tests, node, test);
      float[] numbers = Broadcasting.widened(constant.value(), node.shape().row());
      for (int i = 0; i < tested.length; i++) {
        tested[i] = (numbers[i] != 0) == product ? tested[i] : PRESENT;
      }
      tests.put(node.name(), tested);
    }
  }

  private static void copy(
      Map<String, int[]> from, String name, Map<String, int[]> to, String copy) {
    int[] known = from.get(name);
    if (known != null) {
      to.put(copy, known);
    }
  }

  /** A number that is used for arithmetic must be there. */
  private void use(String name) {
    for (int feature : features.getOrDefault(name, new int[0])) {
      if (feature != PRESENT) {
        mayBeMissing.clear(feature);
      }
    }
  }

  private void move(Node node, Movement movement, Map<String, int[]> map) {
    if (node.operands().stream().noneMatch(map::containsKey)) {
      return;
    }
    int[] moved = present(node.shape());
    if (movement instanceof Movement.Concat concat) {
      List<Shape> shapes = graph.operands(node).stream().map(Node::shape).toList();
      List<int[]> targets = Movements.targets(concat, shapes, node.shape());
      for (int i = 0; i < targets.size(); i++) {
        int[] part = of(map, node.operands().get(i));
        for (int k = 0; k < part.length; k++) {
          moved[targets.get(i)[k]] = part[k];
        }
      }
    } else {
      Node operand = graph.operands(node).get(0);
      int[] from = of(map, operand.name());
      int[] source = Movements.source(movement, operand.shape(), node.shape());
      for (int i = 0; i < moved.length; i++) {
        moved[i] = source[i] < 0 ? PRESENT : from[source[i]];
      }
    }
    map.put(node.name(), moved);
  }

  /** Each number may be one feature that may be missing; a second one must be there. */
  private void choose(Node node) {
    use(node.operands().get(0));
    if (!features.containsKey(node.operands().get(1))
        && !features.containsKey(node.operands().get(2))) {
      return;
    }
    int[] tested = wide(tests, node, 0);
    int[] first = wide(features, node, 1);
    int[] second = wide(features, node, 2);
    for (int i = 0; i < second.length; i++) {
      int other = second[i] == tested[i] ? PRESENT : second[i];
      if (other == PRESENT) {
        second[i] = first[i];
      } else if (first[i] != PRESENT && first[i] != other) {
        mayBeMissing.clear(first[i]);
      }
    }
    features.put(node.name(), second);
  }

  private int[] wide(Map<String, int[]> map, Node node, int operand) {
    Node from = graph.operands(node).get(operand);
    int[] all = of(map, from.name());
    int[] indices = Broadcasting.indices(from.shape().row(), node.shape().row());
    return Arrays.stream(indices).map(index -> all[index]).toArray();
  }

  private int[] of(Map<String, int[]> map, String name) {
    int[] known = map.get(name);
    return known == null ? present(graph.node(name).shape()) : known;
  }

  private static int[] present(Shape shape) {
    int[] none = new int[(int) shape.elements()];
    Arrays.fill(none, PRESENT);
    return none;
  }
}
