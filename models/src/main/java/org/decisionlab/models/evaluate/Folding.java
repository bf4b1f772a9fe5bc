// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import org.decisionlab.models.graph.BinaryFunction;
import org.decisionlab.models.graph.Shape;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.UnaryFunction;

/** Arithmetic and functions of constants, done once when a graph is compiled. */
final class Folding {

  private Folding() {}

  static Tensor binary(BinaryFunction function, Tensor left, Tensor right, Shape result) {
    int[] leftIndex = Broadcasting.indices(left.shape().dimensions(), result.dimensions());
    int[] rightIndex = Broadcasting.indices(right.shape().dimensions(), result.dimensions());
    float[] values = new float[leftIndex.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = function.apply(left.get(leftIndex[i]), right.get(rightIndex[i]));
    }
    return Tensor.of(values, result);
  }

  static Tensor unary(UnaryFunction function, Tensor operand) {
    if (function == UnaryFunction.IDENTITY) {
      return operand;
    }
    float[] values = operand.toArray();
    int width = operand.shape().width();
    float[] row = new float[width];
    Step step = Elementwise.of(function, 0, 0, width);
    for (int start = 0; start < values.length; start += width) {
      System.arraycopy(values, start, row, 0, width);
      step.run(new float[][] {row});
      System.arraycopy(row, 0, values, start, width);
    }
    return Tensor.of(values, operand.shape());
  }

  static Tensor selection(Tensor condition, Tensor yes, Tensor no, Shape result) {
    float[] tested = Broadcasting.widened(condition, result.dimensions());
    float[] values = Broadcasting.widened(no, result.dimensions());
    float[] chosen = Broadcasting.widened(yes, result.dimensions());
    for (int i = 0; i < values.length; i++) {
      values[i] = tested[i] != 0 ? chosen[i] : values[i];
    }
    return Tensor.of(values, result);
  }
}
