// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.bundle;

/**
 * What one feature looked like in the training data, after scaling.
 *
 * @param name name of the feature
 * @param mean mean
 * @param deviation standard deviation
 * @param minimum smallest value
 * @param maximum largest value
 */
public record FeatureStatistics(
    String name, double mean, double deviation, double minimum, double maximum) {

  /** Refuses numbers that are not finite or contradict each other. */
  public FeatureStatistics {
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
}
