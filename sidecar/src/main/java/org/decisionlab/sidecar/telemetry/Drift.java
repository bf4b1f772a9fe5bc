// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.telemetry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
   * @param stabilityIndex population stability index of the latest rows against the training data
   * @param edges edges between the bins
   * @param expected share of the training data in each bin
   * @param found share of the latest rows in each bin
   */
  public record Feature(
      String name,
      double stabilityIndex,
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

  /** Counts rows and the model's answers to them. */
  public synchronized void add(float[][] rows, float[][] answers) {
    for (int i = 0; i < rows.length; i++) {
      add(rows[i], answers[i]);
    }
  }

  /** Counts a row and the model's answer to it. */
  public synchronized void add(float[] row, float[] answer) {
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
  public synchronized Report report() {
    int rows = rowsNow + rowsBefore;
    List<Feature> features = new ArrayList<>();
    for (int i = 0; i < bins.size() && rows > 0; i++) {
      FeatureStatistics known = statistics.get(i);
      features.add(
          new Feature(
              known.name(),
              bins.get(i).stabilityIndex(),
              known.edges(),
              known.shares(),
              Arrays.stream(bins.get(i).shares()).boxed().toList()));
    }
    return new Report(rows, features, Arrays.stream(scores).boxed().toList(), outside);
  }
}
