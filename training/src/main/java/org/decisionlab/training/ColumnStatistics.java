// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.decisionlab.models.bundle.FeatureStatistics;
import org.decisionlab.training.dataset.LabelledRows;

/** What the feature columns of some rows look like. */
public final class ColumnStatistics {

  private ColumnStatistics() {}

  /** Bins that the values of a column are counted in, at most. */
  private static final int BINS = 10;

  /**
   * The statistics of every column, in order; the deviation is that of the rows themselves. What is
   * missing does not count.
   */
  public static List<FeatureStatistics> of(LabelledRows rows) {
    return of(rows.columns(), rows.features());
  }

  /**
   * The same of plain rows.
   *
   * @param columns names of the columns, in order
   * @param values row after row; what is missing is "not a number"
   */
  public static List<FeatureStatistics> of(List<String> columns, float[] values) {
    int width = columns.size();
    List<FeatureStatistics> statistics = new ArrayList<>();
    for (int c = 0; c < width; c++) {
      float[] column = new float[values.length / width];
      int present = 0;
      for (int i = c; i < values.length; i += width) {
        if (!Float.isNaN(values[i])) {
          column[present++] = values[i];
        }
      }
      String name = columns.get(c);
      if (present == 0) {
        throw new IllegalArgumentException("feature " + name + " is missing in every row");
      }
      statistics.add(of(name, Arrays.copyOf(column, present)));
    }
    return statistics;
  }

  private static FeatureStatistics of(String name, float[] column) {
    double sum = 0;
    for (float value : column) {
      sum += value;
    }
    double mean = sum / column.length;
    double squares = 0;
    for (float value : column) {
      squares += (value - mean) * (value - mean);
    }
    double deviation = Math.sqrt(squares / column.length);
    Arrays.sort(column);
    List<Double> edges = edges(column);
    return new FeatureStatistics(
        name, mean, deviation, column[0], column[column.length - 1], edges, shares(column, edges));
  }

  /** The deciles, each once. */
  private static List<Double> edges(float[] sorted) {
    TreeSet<Double> edges = new TreeSet<>();
    for (int i = 1; i < BINS; i++) {
      edges.add((double) sorted[(int) ((long) i * sorted.length / BINS)]);
    }
    return new ArrayList<>(edges);
  }

  private static List<Double> shares(float[] sorted, List<Double> edges) {
    long[] counts = new long[edges.size() + 1];
    int bin = 0;
    for (float value : sorted) {
      while (bin < edges.size() && edges.get(bin) <= value) {
        bin++;
      }
      counts[bin]++;
    }
    return Arrays.stream(counts).mapToObj(count -> (double) count / sorted.length).toList();
  }
}
