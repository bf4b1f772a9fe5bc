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
   */
  static Step of(UnaryFunction function, int from, int to) {
    return switch (function) {
      case RELU -> work -> relu(work[from], work[to]);
      case TANH -> work -> tanh(work[from], work[to]);
      case SIGMOID -> work -> sigmoid(work[from], work[to]);
      case SOFTMAX -> work -> softmax(work[from], work[to]);
      case IDENTITY -> throw new IllegalArgumentException("identity needs no step");
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

  private static void softmax(float[] from, float[] to) {
    float largest = Float.NEGATIVE_INFINITY;
    for (float value : from) {
      largest = Math.max(largest, value);
    }
    double sum = 0;
    for (float value : from) {
      sum += Math.exp(value - largest);
    }
    for (int i = 0; i < to.length; i++) {
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
