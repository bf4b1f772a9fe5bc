// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import java.util.ArrayList;
import java.util.List;
import org.decisionlab.training.dataset.LabelledRows;

/**
 * Mean and spread of a feature over the training rows, on the scale the model sees.
 *
 * @param name name of the feature
 * @param mean its mean
 * @param standardDeviation its population standard deviation; 0 for a feature that never varies
 */
public record FeatureStatistics(String name, double mean, double standardDeviation) {

  /** The statistics of every column, in order. */
  static List<FeatureStatistics> of(LabelledRows rows) {
    float[] values = rows.features();
    int width = rows.columns().size();
    List<FeatureStatistics> statistics = new ArrayList<>();
    for (int c = 0; c < width; c++) {
      double sum = 0;
      for (int i = c; i < values.length; i += width) {
        sum += values[i];
      }
      double mean = sum / rows.size();
      double squares = 0;
      for (int i = c; i < values.length; i += width) {
        squares += (values[i] - mean) * (values[i] - mean);
      }
      double deviation = Math.sqrt(squares / rows.size());
      statistics.add(new FeatureStatistics(rows.columns().get(c), mean, deviation));
    }
    return statistics;
  }
}
