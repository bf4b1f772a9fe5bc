// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import org.decisionlab.models.graph.Tensor;

/**
 * A row times a matrix, plus a bias. Weights are kept as one array for each input: the inner loop
 * runs over outputs, at the same index in every array and without a dependency between its rounds,
 * so that the just-in-time compiler uses vector instructions. Products are added in the order of
 * the inputs.
 */
final class Dense implements Step {

  private static final int AT_ONCE = 4;

  private final int from;
  private final int to;
  private final float[][] weights;
  private final float[] bias;

  private Dense(int from, int to, float[][] weights, float[] bias) {
    this.from = from;
    this.to = to;
    this.weights = weights;
    this.bias = bias;
  }

  static Dense of(int from, int to, Tensor matrix, boolean transposed) {
    int in = matrix.shape().dimension(transposed ? 1 : 0);
    int out = matrix.shape().dimension(transposed ? 0 : 1);
    float[][] weights = new float[in][out];
    for (int i = 0; i < in; i++) {
      for (int o = 0; o < out; o++) {
        weights[i][o] = matrix.get(transposed ? o * in + i : i * out + o);
      }
    }
    return new Dense(from, to, weights, new float[out]);
  }

  Dense withBias(float[] values) {
    return new Dense(from, to, weights, values);
  }

  @Override
  public void run(float[][] work) {
    float[] row = work[from];
    float[] sums = work[to];
    System.arraycopy(bias, 0, sums, 0, bias.length);
    int i = 0;
    for (; i + AT_ONCE <= weights.length; i += AT_ONCE) {
      addFour(row, i, sums);
    }
    for (; i < weights.length; i++) {
      float factor = row[i];
      float[] column = weights[i];
      for (int o = 0; o < sums.length; o++) {
        sums[o] += factor * column[o];
      }
    }
  }

  private void addFour(float[] row, int first, float[] sums) {
    float a = row[first];
    float b = row[first + 1];
    float c = row[first + 2];
    float d = row[first + 3];
    float[] ofA = weights[first];
    float[] ofB = weights[first + 1];
    float[] ofC = weights[first + 2];
    float[] ofD = weights[first + 3];
    for (int o = 0; o < sums.length; o++) {
      sums[o] = sums[o] + a * ofA[o] + b * ofB[o] + c * ofC[o] + d * ofD[o];
    }
  }
}
