// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import org.decisionlab.models.graph.Tensor;

/**
 * A row times a matrix, plus a bias. Weights are kept as {@code [in][out]}: the inner loop runs
 * over outputs, without a dependency between its rounds, so that the just-in-time compiler uses
 * vector instructions.
 */
final class Dense implements Step {

  private final int from;
  private final int to;
  private final int in;
  private final int out;
  private final float[] weights;
  private final float[] bias;

  private Dense(int from, int to, int in, float[] weights, float[] bias) {
    this.from = from;
    this.to = to;
    this.in = in;
    this.out = bias.length;
    this.weights = weights;
    this.bias = bias;
  }

  static Dense of(int from, int to, Tensor matrix, boolean transposed) {
    int in = matrix.shape().dimension(transposed ? 1 : 0);
    int out = matrix.shape().dimension(transposed ? 0 : 1);
    float[] weights = matrix.toArray();
    if (transposed) {
      float[] stored = weights;
      weights = new float[stored.length];
      for (int o = 0; o < out; o++) {
        for (int i = 0; i < in; i++) {
          weights[i * out + o] = stored[o * in + i];
        }
      }
    }
    return new Dense(from, to, in, weights, new float[out]);
  }

  Dense withBias(float[] values) {
    return new Dense(from, to, in, weights, values);
  }

  @Override
  public void run(float[] work) {
    System.arraycopy(bias, 0, work, to, out);
    for (int i = 0; i < in; i++) {
      float factor = work[from + i];
      int row = i * out;
      for (int o = 0; o < out; o++) {
        work[to + o] += factor * weights[row + o];
      }
    }
  }
}
