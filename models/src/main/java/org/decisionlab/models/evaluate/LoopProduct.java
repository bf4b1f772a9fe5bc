// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

/**
 * Loops over outputs, at the same index in every array and without a dependency between their
 * rounds, so that the just-in-time compiler uses vector instructions.
 */
final class LoopProduct implements RowProduct {

  private static final int AT_ONCE = 4;

  @Override
  public void into(float[] row, float[][] weights, float[] bias, float[] sums) {
    System.arraycopy(bias, 0, sums, 0, bias.length);
    int i = 0;
    for (; i + AT_ONCE <= weights.length; i += AT_ONCE) {
      addFour(
          row[i],
          weights[i],
          row[i + 1],
          weights[i + 1],
          row[i + 2],
          weights[i + 2],
          row[i + 3],
          weights[i + 3],
          sums);
    }
    for (; i < weights.length; i++) {
      addOne(row[i], weights[i], sums);
    }
  }

  private static void addFour(
      float a,
      float[] ofA,
      float b,
      float[] ofB,
      float c,
      float[] ofC,
      float d,
      float[] ofD,
      float[] sums) {
    for (int o = 0; o < sums.length; o++) {
      sums[o] = sums[o] + a * ofA[o] + b * ofB[o] + c * ofC[o] + d * ofD[o];
    }
  }

  private static void addOne(float factor, float[] column, float[] sums) {
    for (int o = 0; o < sums.length; o++) {
      sums[o] += factor * column[o];
    }
  }
}
