// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import org.decisionlab.models.graph.UnaryFunction;

/** Loops for functions of one operand. The result may be written over the operand. */
final class Elementwise {

  private Elementwise() {}

  /**
   * A loop over one array of the working memory.
   *
   * @param function which function; identity needs no loop and is refused
   * @param from array of the operand
   * @param to array of the result, as wide; may be the same
   * @param width size of the innermost dimension
   */
  static Step of(UnaryFunction function, int from, int to, int width) {
    return switch (function) {
      case RELU -> work -> relu(work[from], work[to]);
      case TANH -> work -> tanh(work[from], work[to]);
      case SIGMOID -> work -> sigmoid(work[from], work[to]);
      case SOFTMAX -> work -> softmax(work[from], work[to], width);
      case IDENTITY -> throw new IllegalArgumentException("identity needs no step");
      default -> work -> other(function, work[from], work[to]);
    };
  }

  private static void other(UnaryFunction function, float[] from, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = apply(function, from[i]);
    }
  }

  private static float apply(UnaryFunction function, float x) {
    return switch (function) {
      case IDENTITY, SOFTMAX -> x;
      case RELU -> Math.max(x, 0f);
      case TANH -> tanh(x);
      case SIGMOID -> (float) (1 / (1 + Math.exp(-x)));
      case NEGATE -> -x;
      case ABSOLUTE -> Math.abs(x);
      case SIGN -> Math.signum(x);
      case EXPONENTIAL -> (float) Math.exp(x);
      case LOGARITHM -> (float) Math.log(x);
      case SQUARE_ROOT -> (float) Math.sqrt(x);
      case FLOOR -> (float) Math.floor(x);
      case CEILING -> (float) Math.ceil(x);
      case ROUND -> (float) Math.rint(x);
      case ERROR_FUNCTION -> (float) ErrorFunction.of(x);
      case SINE -> (float) Math.sin(x);
      case COSINE -> (float) Math.cos(x);
      case TANGENT -> (float) Math.tan(x);
      case ARC_SINE -> (float) Math.asin(x);
      case ARC_COSINE -> (float) Math.acos(x);
      case ARC_TANGENT -> (float) Math.atan(x);
      case IS_MISSING -> Float.isNaN(x) ? 1 : 0;
    };
  }

  private static void relu(float[] from, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = Math.max(from[i], 0f);
    }
  }

  private static void tanh(float[] from, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = tanh(from[i]);
    }
  }

  private static void sigmoid(float[] from, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = (float) (1 / (1 + Math.exp(-from[i])));
    }
  }

  private static void softmax(float[] from, float[] to, int width) {
    for (int start = 0; start < to.length; start += width) {
      softmax(from, to, start, start + width);
    }
  }

  private static void softmax(float[] from, float[] to, int start, int end) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = start; i < end; i++) {
      largest = Math.max(largest, from[i]);
    }
    double sum = 0;
    for (int i = start; i < end; i++) {
      sum += Math.exp(from[i] - largest);
    }
    for (int i = start; i < end; i++) {
      to[i] = (float) (Math.exp(from[i] - largest) / sum);
    }
  }

  /** Right to the last bit of a float: near 0 the function is its argument. */
  private static float tanh(float x) {
    if (Math.abs(x) < 1e-4f) {
      return x;
    }
    return (float) (1 - 2 / (Math.exp(2.0 * x) + 1));
  }
}
