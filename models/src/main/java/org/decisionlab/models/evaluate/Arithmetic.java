// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import java.util.Arrays;
import org.decisionlab.models.evaluate.Value.Slot;
import org.decisionlab.models.graph.BinaryFunction;
import org.decisionlab.models.graph.Tensor;

/** Loops for arithmetic of two operands. The result may be written over an operand as wide. */
final class Arithmetic {

  private Arithmetic() {}

  /** A loop over two operands in the working memory. */
  static Step of(BinaryFunction function, Slot left, Slot right, Slot result) {
    int leftStride = left.stride();
    int rightStride = right.stride();
    return work -> {
      float[] a = work[left.index()];
      float[] b = work[right.index()];
      float[] to = work[result.index()];
      for (int i = 0; i < to.length; i++) {
        to[i] = function.apply(a[i * leftStride], b[i * rightStride]);
      }
    };
  }

  /** A loop over an operand in the working memory and a constant on its right. */
  static Step of(BinaryFunction function, Slot left, Tensor right, Slot result) {
    float[] constant = widened(right, result.width());
    int stride = left.stride();
    return work -> {
      float[] a = work[left.index()];
      float[] to = work[result.index()];
      for (int i = 0; i < to.length; i++) {
        to[i] = function.apply(a[i * stride], constant[i]);
      }
    };
  }

  /** A loop over a constant on the left and an operand in the working memory. */
  static Step of(BinaryFunction function, Tensor left, Slot right, Slot result) {
    float[] constant = widened(left, result.width());
    int stride = right.stride();
    return work -> {
      float[] b = work[right.index()];
      float[] to = work[result.index()];
      for (int i = 0; i < to.length; i++) {
        to[i] = function.apply(constant[i], b[i * stride]);
      }
    };
  }

  /** The constant as one number for each column. */
  static float[] widened(Tensor constant, int width) {
    if (constant.size() == width) {
      return constant.toArray();
    }
    float[] wide = new float[width];
    Arrays.fill(wide, constant.get(0));
    return wide;
  }
}
