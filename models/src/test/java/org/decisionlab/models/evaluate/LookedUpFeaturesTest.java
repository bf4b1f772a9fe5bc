// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.decisionlab.models.graph.BinaryFunction;
import org.decisionlab.models.graph.Lookup;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.ModelGraphBuilder;
import org.decisionlab.models.graph.Movement;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Operation;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.UnaryFunction;
import org.junit.jupiter.api.Test;

class LookedUpFeaturesTest {

  private final ModelGraphBuilder builder = ModelGraph.builder();

  /** A column of the standardised rows, whose mean and deviation are 0 and 1 but for the first. */
  private Node column(Node rows, int column) {
    Node shifted =
        builder.apply(
            new Operation.Binary(BinaryFunction.SUBTRACT),
            rows,
            builder.constant(Tensor.vector(new float[] {1, 0, 0, 0})));
    return builder.apply(
        new Movement.Slice(List.of(column), List.of(column + 1), List.of(1)), shifted);
  }

  private Node lookedUp(Node index) {
    Node found =
        builder.apply(
            new Lookup(), builder.constant(Tensor.of(new float[] {1, 2, 3, 4}, 4, 1)), index);
    return builder.apply(new Movement.Reshape(List.of(1)), found);
  }

  /** Towards 0, as exports cut numbers. */
  private Node cut(Node x) {
    Node size =
        builder.apply(
            new Operation.Unary(UnaryFunction.FLOOR),
            builder.apply(new Operation.Unary(UnaryFunction.ABSOLUTE), x));
    return builder.multiply(builder.apply(new Operation.Unary(UnaryFunction.SIGN), x), size);
  }

  @Test
  void whatReachesATableAsItIsIsTold() {
    Node rows = builder.input("rows", 4);
    Node bounded =
        builder.apply(
            new Operation.Binary(BinaryFunction.MINIMUM),
            column(rows, 1),
            builder.constant(Tensor.scalar(3)));
    Node all =
        builder.apply(
            new Movement.Concat(1),
            lookedUp(column(rows, 0)),
            lookedUp(bounded),
            lookedUp(cut(column(rows, 2))),
            column(rows, 3));
    Evaluator evaluator = Evaluator.of(builder.build(all));
    assertThat(evaluator.isLookedUp(0)).as("shifted").isFalse();
    assertThat(evaluator.isLookedUp(1)).as("bounded").isFalse();
    assertThat(evaluator.isLookedUp(2)).as("cut").isTrue();
    assertThat(evaluator.isLookedUp(3)).as("not looked up").isFalse();
    assertThat(evaluator.evaluate(new float[] {1, 9, 3.5f, 7})).containsExactly(1, 4, 4, 7);
  }
}
