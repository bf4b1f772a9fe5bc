// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.decisionlab.models.graph.BinaryFunction;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.Movement;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Operation;
import org.decisionlab.models.graph.Selection;
import org.decisionlab.models.graph.TreeEnsemble;
import org.decisionlab.models.graph.UnaryFunction;

/**
 * Finds the features of a graph that may be missing, which is told by "not a number": those that
 * are only moved about until each is replaced where it is missing. A feature that enters arithmetic
 * before must be there, since runtimes disagree about what becomes of it.
 */
final class MissingFeatures {

  private static final int PRESENT = Origins.NONE;

  private final ModelGraph graph;

  /** For each number of a node the feature that it is, or {@link #PRESENT}. */
  private final Origins features;

  /** For each number of a node the feature of which it tells whether it is missing. */
  private final Origins tests;

  private final BitSet mayBeMissing = new BitSet();

  private MissingFeatures(ModelGraph graph) {
    this.graph = graph;
    features = new Origins(graph);
    tests = new Origins(graph);
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
      features.copy(operands.get(0), features, node.name());
      tests.copy(operands.get(0), tests, node.name());
    } else if (isFunction(operation, UnaryFunction.IS_MISSING)) {
      features.copy(operands.get(0), tests, node.name());
    } else if (operation instanceof Movement movement) {
      features.move(node, movement);
      tests.move(node, movement);
    } else if (operation instanceof Selection) {
      choose(node);
    } else if (operation instanceof TreeEnsemble) {
      return; // A tree says for each of its nodes where a missing column goes.
    } else if (operation instanceof Operation.Binary binary
        && operands.stream().anyMatch(tests::knows)) {
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
    int test = tests.knows(node.operands().get(0)) ? 0 : 1;
    Node other = graph.operands(node).get(1 - test);
    use(other.name());
    boolean product = function == BinaryFunction.MULTIPLY;
    if (other.operation() instanceof Operation.Constant constant
        && (product || function == BinaryFunction.NOT_EQUAL)) {
      int[] tested = tests.wide(node, test);
      float[] numbers = Broadcasting.widened(constant.value(), node.shape().row());
      for (int i = 0; i < tested.length; i++) {
        tested[i] = (numbers[i] != 0) == product ? tested[i] : PRESENT;
      }
      tests.put(node.name(), tested);
    }
  }

  /** A number that is used for arithmetic must be there. */
  private void use(String name) {
    if (!features.knows(name)) {
      return;
    }
    for (int feature : features.of(name)) {
      if (feature != PRESENT) {
        mayBeMissing.clear(feature);
      }
    }
  }

  /** Each number may be one feature that may be missing; a second one must be there. */
  private void choose(Node node) {
    use(node.operands().get(0));
    if (!features.knows(node.operands().get(1)) && !features.knows(node.operands().get(2))) {
      return;
    }
    int[] tested = tests.wide(node, 0);
    int[] first = features.wide(node, 1);
    int[] second = features.wide(node, 2);
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
}
