// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import java.util.function.IntUnaryOperator;
import org.decisionlab.models.graph.BinaryFunction;
import org.decisionlab.models.graph.Shape;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.UnaryFunction;

/** Arithmetic and functions of constants, done once when a graph is compiled. */
final class Folding {

  private Folding() {}

  static Tensor binary(BinaryFunction function, Tensor left, Tensor right, Shape result) {
    IntUnaryOperator leftIndex = broadcastIndex(left.shape(), result);
    IntUnaryOperator rightIndex = broadcastIndex(right.shape(), result);
    float[] values = new float[(int) result.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          function.apply(left.get(leftIndex.applyAsInt(i)), right.get(rightIndex.applyAsInt(i)));
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
    Step step = Elementwise.of(function, 0, 0);
    for (int start = 0; start < values.length; start += width) {
      System.arraycopy(values, start, row, 0, width);
      step.run(new float[][] {row});
      System.arraycopy(row, 0, values, start, width);
    }
    return Tensor.of(values, operand.shape());
  }

  /** Index into an operand of shape {@code from} for each index of the broadcast result. */
  private static IntUnaryOperator broadcastIndex(Shape from, Shape result) {
    int[] strides = new int[result.rank()];
    int stride = 1;
    for (int i = 1; i <= from.rank(); i++) {
      int size = from.dimension(from.rank() - i);
      strides[result.rank() - i] = size == 1 ? 0 : stride;
      stride *= size;
    }
    return index -> {
      int rest = index;
      int at = 0;
      for (int d = result.rank() - 1; d >= 0; d--) {
        at += rest % result.dimension(d) * strides[d];
        rest /= result.dimension(d);
      }
      return at;
    };
  }
}
