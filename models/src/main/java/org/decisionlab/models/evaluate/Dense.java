// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import org.decisionlab.models.graph.Tensor;

/**
 * One or more rows times a matrix, plus a bias. Where there are several outputs, weights are kept
 * as one array for each input, for {@link RowProduct}. Where there are few, they are kept as one
 * array for each output.
 */
final class Dense implements Step {

  private static final int AT_ONCE = 4;

  private static final RowProduct PRODUCT = RowProduct.best();

  /** With fewer outputs a loop over them is not worth its start. */
  private static final int FEW = 4;

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
    boolean few = out < FEW;
    float[][] weights = few ? new float[out][in] : new float[in][out];
    for (int i = 0; i < in; i++) {
      for (int o = 0; o < out; o++) {
        float weight = matrix.get(transposed ? o * in + i : i * out + o);
        weights[few ? o : i][few ? i : o] = weight;
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
    if (bias.length < FEW) {
      dots(work[from], work[to]);
    } else if (rows == 1) {
      PRODUCT.into(work[from], weights, bias, work[to]);
    } else {
      products(work[from], work[to]);
    }
  }

  private void dots(float[] source, float[] sums) {
    int into = 0;
    for (int row = 0; row < rows; row++) {
      for (int o = 0; o < bias.length; o++) {
        sums[into++] = bias[o] + dot(weights[o], source, row * weights[o].length);
      }
    }
  }

  private static float dot(float[] weights, float[] source, int start) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    int i = 0;
    for (; i + AT_ONCE <= weights.length; i += AT_ONCE) {
      a += weights[i] * source[start + i];
      b += weights[i + 1] * source[start + i + 1];
      c += weights[i + 2] * source[start + i + 2];
      d += weights[i + 3] * source[start + i + 3];
    }
    for (; i < weights.length; i++) {
      a += weights[i] * source[start + i];
    }
    return a + b + (c + d);
  }

  /** Row by row through a place of its own, which keeps the loops those of a single row. */
  private void products(float[] source, float[] sums) {
    int in = weights.length;
    float[] row = new float[in];
    float[] result = new float[bias.length];
    for (int r = 0; r < rows; r++) {
      System.arraycopy(source, r * in, row, 0, in);
      PRODUCT.into(row, weights, bias, result);
      System.arraycopy(result, 0, sums, r * result.length, result.length);
    }
  }
}
