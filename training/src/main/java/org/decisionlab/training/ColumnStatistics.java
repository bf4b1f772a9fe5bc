// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import java.util.ArrayList;
import java.util.List;
import org.decisionlab.models.bundle.FeatureStatistics;
import org.decisionlab.training.dataset.LabelledRows;

/** What the feature columns of some rows look like. */
final class ColumnStatistics {

  private ColumnStatistics() {}

  /**
   * The statistics of every column, in order; the deviation is that of the rows themselves. What is
   * missing does not count.
   */
  static List<FeatureStatistics> of(LabelledRows rows) {
    float[] values = rows.features();
    int width = rows.columns().size();
    List<FeatureStatistics> statistics = new ArrayList<>();
    for (int c = 0; c < width; c++) {
      double sum = 0;
      double minimum = Double.POSITIVE_INFINITY;
      double maximum = Double.NEGATIVE_INFINITY;
      int present = 0;
      for (int i = c; i < values.length; i += width) {
        if (Float.isNaN(values[i])) {
          continue;
        }
        present++;
        sum += values[i];
        minimum = Math.min(minimum, values[i]);
        maximum = Math.max(maximum, values[i]);
      }
      if (present == 0) {
        throw new IllegalArgumentException(
            "feature " + rows.columns().get(c) + " is missing in every row");
      }
      double mean = sum / present;
      double squares = 0;
      for (int i = c; i < values.length; i += width) {
        double difference = Float.isNaN(values[i]) ? 0 : values[i] - mean;
        squares += difference * difference;
      }
      double deviation = Math.sqrt(squares / present);
      statistics.add(
          new FeatureStatistics(rows.columns().get(c), mean, deviation, minimum, maximum));
    }
    return statistics;
  }
}
