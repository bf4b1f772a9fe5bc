// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.evaluation;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Percentile bootstrap: how far a figure moves when the rows are drawn again, with replacement.
 * Rows that belong together (openings of the files of one dataset) are drawn together, since they
 * say the same thing twice. With fewer than {@value #FEWEST_CLUSTERS} such groups nothing can be
 * told, and the interval is the whole range. Efron and Tibshirani, An Introduction to the
 * Bootstrap, 1993.
 *
 * @param rounds number of draws
 * @param level share of draws inside the interval, such as 0.95
 * @param seed decides the draws
 */
public record Bootstrap(int rounds, double level, long seed) {

  /** Groups of rows below which an interval is the whole range. */
  static final int FEWEST_CLUSTERS = 10;

  /**
   * A figure with its interval.
   *
   * @param value the figure on the rows as they are
   * @param low lower end of the interval
   * @param high upper end of the interval
   */
  public record Interval(double value, double low, double high) {
    /** Whether zero lies outside the interval: the sign of the figure is beyond the noise. */
    public boolean excludesZero() {
      return low > 0 || high < 0;
    }
  }

  /** Refuses settings without meaning. */
  public Bootstrap {
    if (rounds < 20 || !(level > 0 && level < 1)) {
      throw new IllegalArgumentException(
          "rounds must be 20 or more and level between 0 and 1: " + rounds + ", " + level);
    }
  }

  /** 500 rounds, 95 %, seed 1. */
  public static Bootstrap standard() {
    return new Bootstrap(500, 0.95, 1);
  }

  /**
   * The difference of two areas under the ROC curve on the same rows.
   *
   * @param scores of the first
   * @param other of the second, which is taken away
   * @param clusters number of the group that each row belongs to, from 0 without gaps
   */
  public Interval aucDifference(boolean[] labels, double[] scores, double[] other, int[] clusters) {
    Metrics.requireBothClasses(labels);
    Metrics.requireScores(labels, scores);
    Metrics.requireScores(labels, other);
    if (clusters.length != labels.length) {
      throw new IllegalArgumentException(
          "%d rows and %d cluster numbers".formatted(labels.length, clusters.length));
    }
    double value = Metrics.auc(labels, scores) - Metrics.auc(labels, other);
    int clusterCount = Arrays.stream(clusters).max().orElseThrow() + 1;
    if (clusterCount < FEWEST_CLUSTERS) {
      return new Interval(value, -1, 1);
    }
    RankedScores first = new RankedScores(labels, scores);
    RankedScores second = new RankedScores(labels, other);
    SplittableRandom random = new SplittableRandom(seed);
    double[] differences = new double[rounds];
    int[] times = new int[labels.length];
    for (int round = 0; round < rounds; round++) {
      // A draw without both outcomes has no AUC; it is drawn again.
      do {
        draw(random, clusterCount, clusters, times);
        differences[round] = first.auc(times) - second.auc(times);
      } while (Double.isNaN(differences[round]));
    }
    Arrays.sort(differences);
    double tail = (1 - level) / 2;
    return new Interval(value, quantile(differences, tail), quantile(differences, 1 - tail));
  }

  private static void draw(SplittableRandom random, int count, int[] clusters, int[] times) {
    int[] drawn = new int[count];
    for (int i = 0; i < count; i++) {
      drawn[random.nextInt(count)]++;
    }
    for (int row = 0; row < times.length; row++) {
      times[row] = drawn[clusters[row]];
    }
  }

  /** Linear between the two nearest of the sorted values. */
  private static double quantile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
