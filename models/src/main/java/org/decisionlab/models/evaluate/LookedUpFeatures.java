// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.decisionlab.models.graph.BinaryFunction;
import org.decisionlab.models.graph.Lookup;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.Movement;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Operation;
import org.decisionlab.models.graph.Selection;
import org.decisionlab.models.graph.UnaryFunction;

/**
 * Finds the features that a graph looks up in a table as they are, so that only numbers which the
 * table has can be asked. What is brought into the table's range before, or computed from several
 * features, is none of them.
 */
final class LookedUpFeatures {

  /** What leaves an index as it is; none is below 0. */
  private static final Set<UnaryFunction> KEEPING =
      Set.of(UnaryFunction.IDENTITY, UnaryFunction.FLOOR, UnaryFunction.ABSOLUTE);

  private final ModelGraph graph;
  private final Origins features;

  /** Features whose sign a number is, by which a number is cut towards 0. */
  private final Origins signs;

  private final BitSet lookedUp = new BitSet();

  private LookedUpFeatures(ModelGraph graph) {
    this.graph = graph;
    features = new Origins(graph);
    signs = new Origins(graph);
  }

  static BitSet of(ModelGraph graph) {
    LookedUpFeatures found = new LookedUpFeatures(graph);
    if (graph.nodes().stream().anyMatch(node -> node.operation() instanceof Lookup)) {
      graph.nodes().forEach(found::follow);
    }
    return found.lookedUp;
  }

  private void follow(Node node) {
    Operation operation = node.operation();
    List<String> operands = node.operands();
    if (operation instanceof Operation.Input) {
      features.put(node.name(), IntStream.range(0, graph.features()).toArray());
    } else if (operation instanceof Operation.Unary unary && KEEPING.contains(unary.function())) {
      features.copy(operands.get(0), features, node.name());
    } else if (operation instanceof Operation.Unary unary
        && unary.function() == UnaryFunction.SIGN) {
      features.copy(operands.get(0), signs, node.name());
    } else if (operation instanceof Movement movement) {
      features.move(node, movement);
    } else if (operation instanceof Operation.Binary binary) {
      keep(node, binary.function());
      withSign(node, binary.function());
    } else if (operation instanceof Selection && features.knows(operands.get(2))) {
      features.put(node.name(), features.wide(node, 2));
    } else if (operation instanceof Lookup) {
      for (int feature : features.of(operands.get(1))) {
        if (feature != Origins.NONE) {
          lookedUp.set(feature);
        }
      }
    }
  }

  /** Arithmetic with constants that leave a number as it is, such as 0 that is added. */
  private void keep(Node node, BinaryFunction function) {
    Node second = graph.operands(node).get(1);
    if (!features.knows(node.operands().get(0))
        || !(second.operation() instanceof Operation.Constant constant)) {
      return;
    }
    int[] kept = features.wide(node, 0);
    float[] numbers = Broadcasting.widened(constant.value(), node.shape().row());
    for (int i = 0; i < kept.length; i++) {
      kept[i] = keeps(function, numbers[i]) ? kept[i] : Origins.NONE;
    }
    features.put(node.name(), kept);
  }

  /** The sign of a feature times what is left of the same feature. */
  private void withSign(Node node, BinaryFunction function) {
    for (int sign = 0; sign < 2 && function == BinaryFunction.MULTIPLY; sign++) {
      if (signs.knows(node.operands().get(sign)) && features.knows(node.operands().get(1 - sign))) {
        int[] kept = features.wide(node, 1 - sign);
        int[] of = signs.wide(node, sign);
        for (int i = 0; i < kept.length; i++) {
          kept[i] = kept[i] == of[i] ? kept[i] : Origins.NONE;
        }
        features.put(node.name(), kept);
      }
    }
  }

  private static boolean keeps(BinaryFunction function, float number) {
    return switch (function) {
      case ADD, SUBTRACT -> number == 0;
      case MULTIPLY, DIVIDE -> number == 1;
      case MAXIMUM -> number == -Float.MAX_VALUE;
      case MINIMUM -> number == Float.MAX_VALUE;
      default -> false;
    };
  }
}
