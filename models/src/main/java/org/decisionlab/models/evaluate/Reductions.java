// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import java.util.ArrayList;
import java.util.List;
import org.decisionlab.models.graph.ReduceFunction;
import org.decisionlab.models.graph.Reduction;
import org.decisionlab.models.graph.Shape;

/** Loops that make one number of many. Sums and products are kept in double precision. */
final class Reductions {

  private Reductions() {}

  /** A loop over one array of the working memory into another. */
  static Step of(Reduction reduction, Shape operand, int from, int to) {
    int[] strides = Broadcasting.strides(operand.row());
    List<Integer> kept = new ArrayList<>();
    List<Integer> gone = new ArrayList<>();
    List<Integer> keptStrides = new ArrayList<>();
    List<Integer> goneStrides = new ArrayList<>();
    for (int i = 0; i < strides.length; i++) {
      boolean reduced = reduction.axes().contains(i + 1);
      (reduced ? gone : kept).add(operand.dimension(i + 1));
      (reduced ? goneStrides : keptStrides).add(strides[i]);
    }
    int[] starts = Broadcasting.strided(kept, toArray(keptStrides));
    int[] offsets = Broadcasting.strided(gone, toArray(goneStrides));
    ReduceFunction function = reduction.function();
    return work -> {
      float[] source = work[from];
      float[] target = work[to];
      for (int i = 0; i < starts.length; i++) {
        target[i] = reduce(function, source, starts[i], offsets);
      }
    };
  }

  private static float reduce(ReduceFunction function, float[] from, int start, int[] offsets) {
    return switch (function) {
      case SUM -> (float) sum(from, start, offsets);
      case MEAN -> (float) (sum(from, start, offsets) / offsets.length);
      case MAXIMUM -> {
        float largest = from[start + offsets[0]];
        for (int offset : offsets) {
          largest = Math.max(largest, from[start + offset]);
        }
        yield largest;
      }
      case MINIMUM -> {
        float smallest = from[start + offsets[0]];
        for (int offset : offsets) {
          smallest = Math.min(smallest, from[start + offset]);
        }
        yield smallest;
      }
      case PRODUCT -> {
        double product = 1;
        for (int offset : offsets) {
          product *= from[start + offset];
        }
        yield (float) product;
      }
    };
  }

  private static double sum(float[] from, int start, int[] offsets) {
    double sum = 0;
    for (int offset : offsets) {
      sum += from[start + offset];
    }
    return sum;
  }

  private static int[] toArray(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }
}
