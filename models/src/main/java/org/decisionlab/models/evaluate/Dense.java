// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import org.decisionlab.models.graph.Tensor;

/**
 * One or more rows times a matrix, plus a bias. Weights are kept as one array for each input: the
 * inner loop runs over outputs, at the same index in every array and without a dependency between
 * its rounds, so that the just-in-time compiler uses vector instructions. Products are added in the
 * order of the inputs.
 */
final class Dense implements Step {

  private static final int AT_ONCE = 4;

  private final int from;
  private final int to;
  private final float[][] weights;
  private final float[] bias;
  private final int rows;

  private Dense(int from, int to, float[][] weights, float[] bias, int rows) {
    this.from = from;
    this.to = to;
    this.weights = weights;
    this.bias = bias;
    this.rows = rows;
  }

  /**
   * A product.
   *
   * @param from array of the rows
   * @param to array of the results
   * @param matrix the constant matrix
   * @param transposed whether it is stored as {@code [out,in]}
   * @param rows how many rows there are in the array
   */
  static Dense of(int from, int to, Tensor matrix, boolean transposed, int rows) {
    int in = matrix.shape().dimension(transposed ? 1 : 0);
    int out = matrix.shape().dimension(transposed ? 0 : 1);
    float[][] weights = new float[in][out];
    for (int i = 0; i < in; i++) {
      for (int o = 0; o < out; o++) {
        weights[i][o] = matrix.get(transposed ? o * in + i : i * out + o);
      }
    }
    return new Dense(from, to, weights, new float[out], rows);
  }

  Dense withBias(float[] values) {
    return new Dense(from, to, weights, values, rows);
  }

  /** Numbers in one result. */
  int width() {
    return bias.length;
  }

  @Override
  public void run(float[][] work) {
    float[] source = work[from];
    float[] sums = work[to];
    for (int row = 0; row < rows; row++) {
      product(source, row * weights.length, sums, row * bias.length);
    }
  }

  private void product(float[] source, int start, float[] sums, int into) {
    System.arraycopy(bias, 0, sums, into, bias.length);
    int i = 0;
    for (; i + AT_ONCE <= weights.length; i += AT_ONCE) {
      addFour(source, start, i, sums, into);
    }
    for (; i < weights.length; i++) {
      float factor = source[start + i];
      float[] column = weights[i];
      for (int o = 0; o < column.length; o++) {
        sums[into + o] += factor * column[o];
      }
    }
  }

  private void addFour(float[] source, int start, int first, float[] sums, int into) {
    float a = source[start + first];
    float b = source[start + first + 1];
    float c = source[start + first + 2];
    float d = source[start + first + 3];
    float[] ofA = weights[first];
    float[] ofB = weights[first + 1];
    float[] ofC = weights[first + 2];
    float[] ofD = weights[first + 3];
    for (int o = 0; o < ofA.length; o++) {
      sums[into + o] = sums[into + o] + a * ofA[o] + b * ofB[o] + c * ofC[o] + d * ofD[o];
    }
  }
}
