// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

/**
 * How a shadow's answers compare with those that were given, since both versions are what they are.
 *
 * @param answering version that answered
 * @param shadow version that was compared
 * @param compared questions that both answered
 * @param differing of these, where some number differed by more than {@value #TOLERANCE}
 * @param largestDifference largest difference, absolute up to 1 and relatively above
 * @param meanDifference mean of the differences of all numbers
 * @param failed questions that only the shadow could not answer
 * @param dropped questions that the shadow was not asked, because it was busy
 */
public record ShadowComparison(
    int answering,
    int shadow,
    long compared,
    long differing,
    double largestDifference,
    double meanDifference,
    long failed,
    long dropped) {

  /** Difference from which on two answers count as differing. */
  public static final double TOLERANCE = 1e-5;

  static ShadowComparison none(int answering, int shadow) {
    return new ShadowComparison(answering, shadow, 0, 0, 0, 0, 0, 0);
  }

  ShadowComparison with(Difference difference) {
    double sum = meanDifference * compared + difference.mean();
    return new ShadowComparison(
        answering,
        shadow,
        compared + 1,
        differing + (difference.largest() > TOLERANCE ? 1 : 0),
        Math.max(largestDifference, difference.largest()),
        sum / (compared + 1),
        failed,
        dropped);
  }

  ShadowComparison withFailure() {
    return new ShadowComparison(
        answering,
        shadow,
        compared,
        differing,
        largestDifference,
        meanDifference,
        failed + 1,
        dropped);
  }

  ShadowComparison withDrop() {
    return new ShadowComparison(
        answering,
        shadow,
        compared,
        differing,
        largestDifference,
        meanDifference,
        failed,
        dropped + 1);
  }
}
