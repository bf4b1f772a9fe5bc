// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.bundle;

import java.util.List;

/**
 * What one feature looked like in the training data, after scaling.
 *
 * @param name name of the feature
 * @param mean mean
 * @param deviation standard deviation
 * @param minimum smallest value
 * @param maximum largest value
 * @param edges ascending edges between the bins in which the values were counted; a value belongs
 *     to the bin after the last edge that is not above it. Empty when they were not counted
 * @param shares share of the rows in each bin, one more than edges; empty when they were not
 *     counted
 */
public record FeatureStatistics(
    String name,
    double mean,
    double deviation,
    double minimum,
    double maximum,
    List<Double> edges,
    List<Double> shares) {

  private static final int MAX_EDGES = 1_000;
  private static final double ROUNDING = 1e-6;

  /** Without bins. */
  public FeatureStatistics(
      String name, double mean, double deviation, double minimum, double maximum) {
    this(name, mean, deviation, minimum, maximum, List.of(), List.of());
  }

  /** Refuses numbers that are not finite or contradict each other. */
  public FeatureStatistics {
    edges = List.copyOf(edges);
    shares = List.copyOf(shares);
    requireBins(name, edges, shares);
    if (!Double.isFinite(mean)
        || !Double.isFinite(deviation)
        || deviation < 0
        || !Double.isFinite(minimum)
        || !Double.isFinite(maximum)
        || minimum > maximum) {
      throw new IllegalArgumentException(
          "statistics of "
              + name
              + " cannot be: mean "
              + mean
              + ", deviation "
              + deviation
              + ", minimum "
              + minimum
              + ", maximum "
              + maximum);
    }
  }

  private static void requireBins(String name, List<Double> edges, List<Double> shares) {
    if (edges.isEmpty() && shares.isEmpty()) {
      return;
    }
    boolean fits = edges.size() <= MAX_EDGES && shares.size() == edges.size() + 1;
    for (int i = 0; i < edges.size(); i++) {
      fits &= Double.isFinite(edges.get(i)) && (i == 0 || edges.get(i - 1) < edges.get(i));
    }
    double sum = 0;
    for (double share : shares) {
      fits &= share >= 0 && share <= 1;
      sum += share;
    }
    if (!fits || Math.abs(sum - 1) > ROUNDING) {
      throw new IllegalArgumentException(
          "bins of " + name + " cannot be: edges " + edges + " with shares " + shares);
    }
  }
}
