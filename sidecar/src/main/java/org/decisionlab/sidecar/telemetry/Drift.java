// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.telemetry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.decisionlab.models.bundle.FeatureStatistics;

/**
 * How the latest rows of one version of a model compare with the data it was trained on, and how
 * its answers are spread. Thread safe.
 *
 * <p>Features are compared in the bins of the model's card; where a card has none, only the answers
 * are counted.
 */
public final class Drift {

  /** Rows after which the older half of what is remembered is forgotten. */
  public static final int WINDOW = 10_000;

  /** Bins of the answers, of equal width between 0 and 1. */
  public static final int SCORE_BINS = 20;

  /** Stability indices above this are commonly called a shift that needs looking at. */
  public static final double SHIFTED = 0.25;

  /**
   * One feature compared.
   *
   * @param name its name
   * @param stabilityIndex population stability index of the latest rows in which it is not missing
   *     against the training data; 0 where it is missing in all
   * @param missing share of the latest rows in which it is missing
   * @param edges edges between the bins
   * @param expected share of the training data in each bin
   * @param found share of the latest rows in each bin, of those in which it is not missing
   */
  public record Feature(
      String name,
      double stabilityIndex,
      double missing,
      List<Double> edges,
      List<Double> expected,
      List<Double> found) {}

  /**
   * What was found.
   *
   * @param rows rows compared
   * @param features the features that the card has bins of
   * @param scores the first numbers of the answers, counted in bins between 0 and 1
   * @param outside first numbers below 0 or above 1
   */
  public record Report(long rows, List<Feature> features, List<Long> scores, long outside) {}

  /** Rows after which who asks one row is let in. */
  private static final int PIECE = 128;

  /** Fair: who counts many rows would else take it again before others are awake. */
  private final ReentrantLock lock = new ReentrantLock(true);

  private final List<FeatureStatistics> statistics;
  private final List<FeatureBins> bins = new ArrayList<>();
  private final long[] scores = new long[SCORE_BINS];
  private long outside;
  private int rowsNow;
  private int rowsBefore;

  /**
   * Nothing counted yet.
   *
   * @param statistics the card's, one for each feature in the model's order; empty when it has none
   */
  public Drift(List<FeatureStatistics> statistics) {
    boolean complete = statistics.stream().noneMatch(feature -> feature.shares().isEmpty());
    this.statistics = complete ? List.copyOf(statistics) : List.of();
    for (FeatureStatistics feature : this.statistics) {
      bins.add(new FeatureBins(feature.edges(), feature.shares()));
    }
  }

  /** Counts rows and the model's answers to them; others get in between where they are many. */
  public void add(float[][] rows, float[][] answers) {
    for (int from = 0; from < rows.length; from += PIECE) {
      lock.lock();
      try {
        for (int i = from; i < Math.min(from + PIECE, rows.length); i++) {
          count(rows[i], answers[i]);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** Counts a row and the model's answer to it. */
  public void add(float[] row, float[] answer) {
    lock.lock();
    try {
      count(row, answer);
    } finally {
      lock.unlock();
    }
  }

  private void count(float[] row, float[] answer) {
    for (int i = 0; i < bins.size() && i < row.length; i++) {
      bins.get(i).add(row[i]);
    }
    if (answer.length > 0) {
      float score = answer[0];
      if (score >= 0 && score <= 1) {
        scores[Math.min((int) (score * SCORE_BINS), SCORE_BINS - 1)]++;
      } else {
        outside++;
      }
    }
    if (++rowsNow == WINDOW) {
      bins.forEach(FeatureBins::turn);
      rowsBefore = rowsNow;
      rowsNow = 0;
    }
  }

  /** What was found so far; features are of the latest rows, scores of all. */
  public Report report() {
    lock.lock();
    try {
      return found();
    } finally {
      lock.unlock();
    }
  }

  private Report found() {
    int rows = rowsNow + rowsBefore;
    List<Feature> features = new ArrayList<>();
    for (int i = 0; i < bins.size() && rows > 0; i++) {
      FeatureStatistics known = statistics.get(i);
      features.add(
          new Feature(
              known.name(),
              bins.get(i).stabilityIndex(),
              bins.get(i).missing(),
              known.edges(),
              known.shares(),
              Arrays.stream(bins.get(i).shares()).boxed().toList()));
    }
    return new Report(rows, features, Arrays.stream(scores).boxed().toList(), outside);
  }
}
