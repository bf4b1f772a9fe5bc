// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import java.util.ArrayList;
import java.util.List;
import org.decisionlab.models.bundle.FeatureStatistics;
import org.decisionlab.training.dataset.LabelledRows;

/** What the feature columns of some rows look like. */
final class ColumnStatistics {

  private ColumnStatistics() {}

  /** The statistics of every column, in order; the deviation is that of the rows themselves. */
  static List<FeatureStatistics> of(LabelledRows rows) {
    float[] values = rows.features();
    int width = rows.columns().size();
    List<FeatureStatistics> statistics = new ArrayList<>();
    for (int c = 0; c < width; c++) {
      double sum = 0;
      double minimum = Double.POSITIVE_INFINITY;
      double maximum = Double.NEGATIVE_INFINITY;
      for (int i = c; i < values.length; i += width) {
        sum += values[i];
        minimum = Math.min(minimum, values[i]);
        maximum = Math.max(maximum, values[i]);
      }
      double mean = sum / rows.size();
      double squares = 0;
      for (int i = c; i < values.length; i += width) {
        squares += (values[i] - mean) * (values[i] - mean);
      }
      double deviation = Math.sqrt(squares / rows.size());
      statistics.add(
          new FeatureStatistics(rows.columns().get(c), mean, deviation, minimum, maximum));
    }
    return statistics;
  }
}
