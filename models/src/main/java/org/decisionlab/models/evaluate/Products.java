// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.decisionlab.models.graph.Shape;

/** Products of matrices of which there are several in each row. */
final class Products {

  private Products() {}

  /**
   * One operand.
   *
   * @param array its numbers, given the working memory
   * @param shape its shape
   */
  record Side(Function<float[][], float[]> array, Shape shape) {
    /** Index of each matrix for those of the result. */
    int[] starts(List<Integer> front) {
      List<Integer> row = shape.row();
      int size = row.get(row.size() - 2) * row.get(row.size() - 1);
      int[] starts = Broadcasting.indices(row.subList(0, row.size() - 2), front);
      for (int i = 0; i < starts.length; i++) {
        starts[i] *= size;
      }
      return starts;
    }
  }

  /** A loop over pairs of matrices into an array of the working memory. */
  static Step of(Side left, Side right, boolean transposed, Shape result, int to) {
    List<Integer> front = result.row().subList(0, result.rank() - 3);
    int[] leftStarts = left.starts(front);
    int[] rightStarts = right.starts(front);
    int rows = result.dimension(result.rank() - 2);
    int columns = result.width();
    int inner = left.shape().width();
    return work -> {
      float[] a = left.array().apply(work);
      float[] b = right.array().apply(work);
      float[] sums = work[to];
      for (int m = 0; m < leftStarts.length; m++) {
        for (int r = 0; r < rows; r++) {
          int fromA = leftStarts[m] + r * inner;
          int into = (m * rows + r) * columns;
          if (transposed) {
            dots(a, fromA, b, rightStarts[m], sums, into, inner, columns);
          } else {
            addRows(a, fromA, b, rightStarts[m], sums, into, inner, columns);
          }
        }
      }
    };
  }

  private static void dots(
      float[] a, int fromA, float[] b, int fromB, float[] to, int into, int inner, int columns) {
    for (int c = 0; c < columns; c++) {
      float sum = 0;
      for (int k = 0; k < inner; k++) {
        sum += a[fromA + k] * b[fromB + c * inner + k];
      }
      to[into + c] = sum;
    }
  }

  private static void addRows(
      float[] a, int fromA, float[] b, int fromB, float[] to, int into, int inner, int columns) {
    Arrays.fill(to, into, into + columns, 0);
    for (int k = 0; k < inner; k++) {
      float factor = a[fromA + k];
      int row = fromB + k * columns;
      for (int c = 0; c < columns; c++) {
        to[into + c] += factor * b[row + c];
      }
    }
  }
}
