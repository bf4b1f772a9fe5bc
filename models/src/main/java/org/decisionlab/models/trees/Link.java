// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.trees;

import org.decisionlab.models.graph.ModelGraphBuilder;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Operation;
import org.decisionlab.models.graph.UnaryFunction;

/** What is made of the sums of the trees. */
public enum Link {
  /** The sums themselves. */
  IDENTITY(UnaryFunction.IDENTITY),
  /** A probability for each sum by itself. */
  LOGISTIC(UnaryFunction.SIGMOID),
  /** Probabilities of classes, 1 together. */
  SOFTMAX(UnaryFunction.SOFTMAX),
  /** e to the power of the sum. */
  EXPONENTIAL(UnaryFunction.EXPONENTIAL);

  private final UnaryFunction function;

  Link(UnaryFunction function) {
    this.function = function;
  }

  Node apply(ModelGraphBuilder builder, Node sums) {
    return this == IDENTITY ? sums : builder.apply(new Operation.Unary(function), sums);
  }

  /** The sum that gives this answer. */
  double sum(double answer) {
    return switch (this) {
      case IDENTITY, SOFTMAX -> answer;
      case LOGISTIC -> -Math.log(1 / answer - 1);
      case EXPONENTIAL -> Math.log(answer);
    };
  }
}
