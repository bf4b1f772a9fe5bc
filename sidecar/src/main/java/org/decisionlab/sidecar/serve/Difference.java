// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

/**
 * How far two models' answers to the same rows are apart.
 *
 * @param largest largest difference, absolute up to 1 and relatively above; infinite when one is
 *     not a number or their numbers of outputs differ
 * @param mean mean of the differences
 */
record Difference(double largest, double mean) {

  static Difference of(float[][] expected, float[][] found) {
    double largest = 0;
    double sum = 0;
    int count = 0;
    for (int row = 0; row < expected.length; row++) {
      if (expected[row].length != found[row].length) {
        return new Difference(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
      }
      for (int i = 0; i < expected[row].length; i++) {
        double difference = between(expected[row][i], found[row][i]);
        largest = Math.max(largest, difference);
        sum += difference;
        count++;
      }
    }
    return new Difference(largest, count == 0 ? 0 : sum / count);
  }

  private static double between(double expected, double found) {
    if (expected == found) {
      return 0;
    }
    double difference = Math.abs(found - expected) / Math.max(1, Math.abs(expected));
    return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
  }
}
