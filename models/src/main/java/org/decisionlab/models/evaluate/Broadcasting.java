// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import java.util.List;
import org.decisionlab.models.graph.Shape;
import org.decisionlab.models.graph.Tensor;

/** Where the numbers of a broadcast operand are. */
final class Broadcasting {

  private Broadcasting() {}

  /**
   * Index into an operand for each number of the result.
   *
   * @param from dimensions of the operand, at most one more than the result's, which must be 1
   * @param result dimensions of the result
   */
  static int[] indices(List<Integer> from, List<Integer> result) {
    int rank = result.size();
    int[] strides = new int[rank];
    int stride = 1;
    for (int i = 1; i <= Math.min(rank, from.size()); i++) {
      int size = from.get(from.size() - i);
      strides[rank - i] = size == 1 ? 0 : stride;
      stride *= size;
    }
    return strided(result, strides);
  }

  /** Index for each number of {@code result} when each dimension moves by its stride. */
  static int[] strided(List<Integer> result, int[] strides) {
    int rank = result.size();
    int count = 1;
    for (int size : result) {
      count *= size;
    }
    int[] indices = new int[count];
    int[] at = new int[rank];
    int index = 0;
    for (int i = 0; i < count; i++) {
      indices[i] = index;
      for (int d = rank - 1; d >= 0; d--) {
        index += strides[d];
        if (++at[d] < result.get(d)) {
          break;
        }
        index -= strides[d] * result.get(d);
        at[d] = 0;
      }
    }
    return indices;
  }

  /** A constant as one number for each of a row of the result. */
  static float[] widened(Tensor constant, List<Integer> row) {
    int[] indices = indices(constant.shape().dimensions(), row);
    float[] wide = new float[indices.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = constant.get(indices[i]);
    }
    return wide;
  }

  /** Steps between neighbours in each dimension. */
  static int[] strides(List<Integer> dimensions) {
    int[] strides = new int[dimensions.size()];
    int stride = 1;
    for (int i = strides.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= dimensions.get(i);
    }
    return strides;
  }

  /** How many numbers. */
  static int size(List<Integer> dimensions) {
    return (int) new Shape(dimensions).elements();
  }
}
