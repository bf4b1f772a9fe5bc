// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.evaluation;

import java.util.ArrayList;
import java.util.List;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

/**
 * How far probabilities can be taken at their word: of the rows given about 30 %, did about 30 %
 * come true?
 *
 * @param bins equal ranges of probability, from 0 to 1, empty ones included
 * @param expectedError mean distance of a bin's mean probability from its share that came true,
 *     weighted by rows (the expected calibration error); 0 is perfect
 */
public record Calibration(List<Bin> bins, double expectedError) {

  /** Number of bins unless told otherwise. */
  public static final int DEFAULT_BINS = 10;

  /**
   * A range of probability, closed below and open above (the last closed).
   *
   * @param from its lower end
   * @param to its upper end
   * @param rows rows in it
   * @param meanProbability their mean probability; NaN when there are none
   * @param observed the share of them that came true; NaN when there are none
   */
  public record Bin(double from, double to, int rows, double meanProbability, double observed) {}

  /** Copies the list. */
  public Calibration {
    bins = List.copyOf(bins);
  }

  /** The calibration of probabilities, in {@link #DEFAULT_BINS} bins. */
  public static Calibration of(boolean[] labels, double[] probabilities) {
    return of(labels, probabilities, DEFAULT_BINS);
  }

  /**
   * The calibration of probabilities.
   *
   * @param binCount number of equal ranges
   * @throws IllegalArgumentException when the lengths differ or a value is not a probability
   */
  public static Calibration of(boolean[] labels, double[] probabilities, int binCount) {
    Metrics.requireProbabilities(labels, probabilities);
    if (binCount < 1) {
      throw new IllegalArgumentException("at least one bin is needed: " + binCount);
    }
    int[] rows = new int[binCount];
    int[] positives = new int[binCount];
    double[] sums = new double[binCount];
    for (int i = 0; i < labels.length; i++) {
      int bin = Math.min((int) (probabilities[i] * binCount), binCount - 1);
      rows[bin]++;
      positives[bin] += labels[i] ? 1 : 0;
      sums[bin] += probabilities[i];
    }
    List<Bin> bins = new ArrayList<>();
    double error = 0;
    for (int b = 0; b < binCount; b++) {
      double mean = sums[b] / rows[b];
      double observed = (double) positives[b] / rows[b];
      bins.add(new Bin((double) b / binCount, (b + 1.0) / binCount, rows[b], mean, observed));
      error += rows[b] == 0 ? 0 : Math.abs(sums[b] - positives[b]);
    }
    return new Calibration(bins, error / labels.length);
  }

  /** The bins as a table. */
  public Table table() {
    Table table =
        Table.create(
            "calibration",
            DoubleColumn.create("from"),
            DoubleColumn.create("to"),
            IntColumn.create("rows"),
            DoubleColumn.create("mean probability"),
            DoubleColumn.create("observed"));
    for (Bin bin : bins) {
      table.doubleColumn(0).append(bin.from());
      table.doubleColumn(1).append(bin.to());
      table.intColumn(2).append(bin.rows());
      table.doubleColumn(3).append(bin.meanProbability());
      table.doubleColumn(4).append(bin.observed());
    }
    return table;
  }
}
