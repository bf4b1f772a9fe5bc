// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.graph;

/**
 * What a trained batch normalisation knows of its columns.
 *
 * @param gamma factor per column
 * @param beta offset per column
 * @param mean running mean per column
 * @param variance running variance per column, not negative
 * @param epsilon added to the variance
 */
public record BatchNormStatistics(
    Tensor gamma, Tensor beta, Tensor mean, Tensor variance, float epsilon) {

  /** Refuses vectors of different width and a variance that cannot be. */
  public BatchNormStatistics {
    for (Tensor other : new Tensor[] {beta, mean, variance}) {
      if (!other.shape().equals(gamma.shape()) || gamma.shape().rank() != 1) {
        throw new InvalidGraphException(
            "batch normalisation needs four vectors of one width, found "
                + gamma
                + " and "
                + other);
      }
    }
    for (int i = 0; i < variance.size(); i++) {
      if (!(variance.get(i) + epsilon > 0)) {
        throw new InvalidGraphException(
            "variance + epsilon of column "
                + i
                + " must be above 0, found "
                + (variance.get(i) + epsilon));
      }
    }
  }

  /** Factor per column: {@code gamma / sqrt(variance + epsilon)}. */
  public Tensor scale() {
    float[] scale = new float[gamma.size()];
    for (int i = 0; i < scale.length; i++) {
      scale[i] = (float) factor(i);
    }
    return Tensor.of(scale, gamma.shape());
  }

  /** Summand per column: {@code beta - mean * scale}. */
  public Tensor shift() {
    float[] shift = new float[gamma.size()];
    for (int i = 0; i < shift.length; i++) {
      shift[i] = (float) (beta.get(i) - mean.get(i) * factor(i));
    }
    return Tensor.of(shift, gamma.shape());
  }

  private double factor(int i) {
    return gamma.get(i) / Math.sqrt((double) variance.get(i) + epsilon);
  }
}
