// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import org.decisionlab.models.graph.UnaryFunction;

/** Loops for functions of one operand. The result may be written over the operand. */
final class Elementwise {

  private Elementwise() {}

  /**
   * A loop that applies {@code function} to {@code width} numbers.
   *
   * @param function which function; identity needs no loop and is refused
   * @param from where the operand begins
   * @param to where the result begins
   * @param width numbers
   */
  static Step of(UnaryFunction function, int from, int to, int width) {
    return switch (function) {
      case RELU -> work -> relu(work, from, to, width);
      case TANH -> work -> tanh(work, from, to, width);
      case SIGMOID -> work -> sigmoid(work, from, to, width);
      case SOFTMAX -> work -> softmax(work, from, to, width);
      case IDENTITY -> throw new IllegalArgumentException("identity needs no step");
    };
  }

  private static void relu(float[] work, int from, int to, int width) {
    for (int i = 0; i < width; i++) {
      work[to + i] = Math.max(work[from + i], 0f);
    }
  }

  private static void tanh(float[] work, int from, int to, int width) {
    for (int i = 0; i < width; i++) {
      work[to + i] = tanh(work[from + i]);
    }
  }

  private static void sigmoid(float[] work, int from, int to, int width) {
    for (int i = 0; i < width; i++) {
      work[to + i] = (float) (1 / (1 + Math.exp(-work[from + i])));
    }
  }

  private static void softmax(float[] work, int from, int to, int width) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < width; i++) {
      largest = Math.max(largest, work[from + i]);
    }
    double sum = 0;
    for (int i = 0; i < width; i++) {
      sum += Math.exp(work[from + i] - largest);
    }
    for (int i = 0; i < width; i++) {
      work[to + i] = (float) (Math.exp(work[from + i] - largest) / sum);
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
