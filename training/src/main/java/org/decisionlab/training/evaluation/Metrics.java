// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.evaluation;

import java.util.Arrays;

/** Figures that compare scores or probabilities with what happened. */
public final class Metrics {

  /** Probabilities are kept this far from 0 and 1 in {@link #logLoss}. */
  public static final double PROBABILITY_FLOOR = 1e-7;

  private Metrics() {}

  /**
   * Area under the ROC curve: the chance that a positive row has a higher score than a negative
   * one, a tie counting half (the rank statistic of Mann and Whitney).
   *
   * @param scores higher means more likely; any scale
   * @return 0 to 1
   * @throws IllegalArgumentException when the lengths differ, a score is NaN, or all labels are
   *     equal
   */
  public static double auc(boolean[] labels, double[] scores) {
    requireBothClasses(labels);
    requireScores(labels, scores);
    int[] once = new int[labels.length];
    Arrays.fill(once, 1);
    return new RankedScores(labels, scores).auc(once);
  }

  /** Mean squared difference of probability and outcome; 0 is perfect, lower is better. */
  public static double brier(boolean[] labels, double[] probabilities) {
    requireProbabilities(labels, probabilities);
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      double difference = probabilities[i] - (labels[i] ? 1 : 0);
      sum += difference * difference;
    }
    return sum / labels.length;
  }

  /** Mean negative log likelihood in nats; 0 is perfect, lower is better. */
  public static double logLoss(boolean[] labels, double[] probabilities) {
    requireProbabilities(labels, probabilities);
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      double ofOutcome = labels[i] ? probabilities[i] : 1 - probabilities[i];
      sum -= Math.log(Math.max(ofOutcome, PROBABILITY_FLOOR));
    }
    return sum / labels.length;
  }

  /** The same numbers in double precision. */
  static double[] widened(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  static void requireBothClasses(boolean[] labels) {
    int positives = 0;
    for (boolean label : labels) {
      positives += label ? 1 : 0;
    }
    if (positives == 0 || positives == labels.length) {
      throw new IllegalArgumentException(
          "%d of %d labels are yes; both outcomes are needed to rank them"
              .formatted(positives, labels.length));
    }
  }

  static void requireScores(boolean[] labels, double[] scores) {
    requireLength(labels, scores);
    for (int i = 0; i < scores.length; i++) {
      if (Double.isNaN(scores[i])) {
        throw new IllegalArgumentException("the score of row " + i + " is NaN");
      }
    }
  }

  static void requireProbabilities(boolean[] labels, double[] probabilities) {
    requireLength(labels, probabilities);
    for (int i = 0; i < probabilities.length; i++) {
      if (!(probabilities[i] >= 0 && probabilities[i] <= 1)) {
        throw new IllegalArgumentException(
            "row %d: %s is not a probability".formatted(i, probabilities[i]));
      }
    }
  }

  private static void requireLength(boolean[] labels, double[] scores) {
    if (labels.length == 0 || labels.length != scores.length) {
      throw new IllegalArgumentException(
          "%d labels and %d scores; one of each per row is needed"
              .formatted(labels.length, scores.length));
    }
  }
}
