// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import java.util.List;
import java.util.Objects;
import org.decisionlab.models.graph.BinaryFunction;
import org.decisionlab.models.graph.Tensor;
import org.jspecify.annotations.Nullable;

/** Loops for arithmetic of two or three operands. The result may be written over one as wide. */
final class Arithmetic {

  private Arithmetic() {}

  /** An operand of an element by element operation: a constant, or an array that is broadcast. */
  static final class Operand {
    private final int index;

    /** A constant, already as wide as the result. */
    private final float @Nullable [] constant;

    /** For each number of the result the index in the array, or null when it is its own. */
    private final int @Nullable [] places;

    private Operand(int index, float @Nullable [] constant, int @Nullable [] places) {
      this.index = index;
      this.constant = constant;
      this.places = places;
    }

    /** A constant. */
    static Operand of(Tensor constant, List<Integer> result) {
      return new Operand(-1, Broadcasting.widened(constant, result), null);
    }

    /** An array of the working memory with numbers of these dimensions. */
    static Operand of(int index, List<Integer> dimensions, List<Integer> result) {
      boolean same = dimensions.equals(result);
      return new Operand(index, null, same ? null : Broadcasting.indices(dimensions, result));
    }

    /** The numbers, as wide as the result. */
    float[] in(float[][] work) {
      if (index < 0) {
        return Objects.requireNonNull(constant);
      }
      float[] array = work[index];
      if (places == null) {
        return array;
      }
      float[] wide = new float[places.length];
      for (int i = 0; i < wide.length; i++) {
        wide[i] = array[places[i]];
      }
      return wide;
    }
  }

  /** A loop over two operands. */
  static Step of(BinaryFunction function, Operand left, Operand right, int to) {
    return switch (function) {
      case ADD -> work -> add(left.in(work), right.in(work), work[to]);
      case SUBTRACT -> work -> subtract(left.in(work), right.in(work), work[to]);
      case MULTIPLY -> work -> multiply(left.in(work), right.in(work), work[to]);
      case DIVIDE -> work -> divide(left.in(work), right.in(work), work[to]);
      default -> work -> other(function, left.in(work), right.in(work), work[to]);
    };
  }

  /** A loop that chooses between two operands where a third is 0 or not. */
  static Step choose(Operand condition, Operand yes, Operand no, int to) {
    return work -> {
      float[] tested = condition.in(work);
      float[] a = yes.in(work);
      float[] b = no.in(work);
      float[] target = work[to];
      for (int i = 0; i < target.length; i++) {
        target[i] = tested[i] != 0 ? a[i] : b[i];
      }
    };
  }

  private static void add(float[] a, float[] b, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = a[i] + b[i];
    }
  }

  private static void subtract(float[] a, float[] b, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = a[i] - b[i];
    }
  }

  private static void multiply(float[] a, float[] b, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = a[i] * b[i];
    }
  }

  private static void divide(float[] a, float[] b, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = a[i] / b[i];
    }
  }

  private static void other(BinaryFunction function, float[] a, float[] b, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = function.apply(a[i], b[i]);
    }
  }
}
