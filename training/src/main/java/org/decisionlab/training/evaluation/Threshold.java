// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.decisionlab.training.dataset.TableRows;
import tech.tablesaw.api.Table;

/**
 * The probability from which on a file is stored, with what that means on the rows it was chosen
 * on. Choose it on the validation window; on the test window it would flatter itself.
 *
 * @param value store when the probability is this or more
 * @param keptBytes share of the bytes that were asked for again which would have been stored
 * @param storedBytes share of all bytes which would have been stored
 */
public record Threshold(double value, double keptBytes, double storedBytes) {

  /** Share of the bytes asked for again that {@link #keeping} keeps unless told otherwise. */
  public static final double DEFAULT_KEPT_BYTES = 0.95;

  /** Refuses a value that is not a probability. */
  public Threshold {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("a threshold is a probability: " + value);
    }
  }

  /** Column of the size of a row's file; a row without it weighs nothing. */
  public static final String SIZE_COLUMN = "size_bytes";

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "store at a probability of %.3f or more: keeps %.1f %% of the bytes asked for again, stores"
            + " %.1f %% of all",
        value,
        100 * keptBytes,
        100 * storedBytes);
  }

  /**
   * {@link #keeping(boolean[], double[], double[], double)} over a table with a column {@value
   * #SIZE_COLUMN}.
   *
   * @param validation the validation window
   * @param label name of the label column
   * @param probabilities what the model says of each row
   */
  public static Threshold keeping(
      Table validation, String label, float[] probabilities, double kept) {
    return keeping(
        TableRows.labels(validation, label),
        Metrics.widened(probabilities),
        TableRows.valuesOr(validation, SIZE_COLUMN, 0),
        kept);
  }

  /**
   * {@link #keeping(Table, String, float[], double)} over some of the rows: those that the cache
   * misses without the model, for it is asked about no others. Openings that hit are easier to
   * tell; chosen on all of them, a threshold keeps less of what it is asked about than it says.
   *
   * @param missed for each row whether it missed
   * @throws IllegalArgumentException when there is not one entry per row, or no bytes of the missed
   *     rows were asked for again
   */
  public static Threshold keeping(
      Table validation, String label, float[] probabilities, boolean[] missed, double kept) {
    int[] rows = IntStream.range(0, missed.length).filter(row -> missed[row]).toArray();
    if (missed.length != validation.rowCount() || missed.length != probabilities.length) {
      throw new IllegalArgumentException(
          "%d rows, %d probabilities and %d entries for misses are not of one table"
              .formatted(validation.rowCount(), probabilities.length, missed.length));
    }
    float[] asked = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      asked[i] = probabilities[rows[i]];
    }
    return keeping(validation.rows(rows), label, asked, kept);
  }

  /** {@link #byYouden(boolean[], double[], double[])} over a table, as in the other method. */
  public static Threshold byYouden(Table validation, String label, float[] probabilities) {
    return byYouden(
        TableRows.labels(validation, label),
        Metrics.widened(probabilities),
        TableRows.valuesOr(validation, SIZE_COLUMN, 0));
  }

  /**
   * The highest threshold that keeps a share of the bytes asked for again: as few writes as
   * possible at nearly the same byte hit, which is what a learned admission is for.
   *
   * @param probabilities what the model says of each row
   * @param bytes size of each row's file; all 1 to count files instead
   * @param kept share to keep, above 0, at most 1
   * @throws IllegalArgumentException when no bytes were asked for again
   */
  public static Threshold keeping(
      boolean[] labels, double[] probabilities, double[] bytes, double kept) {
    if (!(kept > 0 && kept <= 1)) {
      throw new IllegalArgumentException("the share to keep must be above 0, at most 1: " + kept);
    }
    return curve(labels, probabilities, bytes).stream()
        .filter(point -> point.again() >= kept)
        .findFirst()
        .orElseThrow()
        .threshold();
  }

  /**
   * The threshold with the greatest distance between the share of bytes kept among those asked for
   * again and among those not (Youden's J, by bytes): as many useless writes refused as possible
   * per useful one lost. The highest of equals.
   */
  public static Threshold byYouden(boolean[] labels, double[] probabilities, double[] bytes) {
    List<Point> curve = curve(labels, probabilities, bytes);
    Point best = curve.get(0);
    for (Point point : curve) {
      best = point.again() - point.once() > best.again() - best.once() ? point : best;
    }
    return best.threshold();
  }

  /** A threshold with the shares of bytes asked again and asked once that it would store. */
  private record Point(Threshold threshold, double again, double once) {}

  /** Every threshold that makes a difference, falling, each midway between two probabilities. */
  private static List<Point> curve(boolean[] labels, double[] probabilities, double[] bytes) {
    Metrics.requireProbabilities(labels, probabilities);
    Integer[] falling = new Integer[labels.length];
    Arrays.setAll(falling, i -> i);
    Arrays.sort(falling, Comparator.comparingDouble(i -> -probabilities[i]));
    double[] again = cumulative(falling, i -> labels[i] ? bytes[i] : 0);
    double[] once = cumulative(falling, i -> labels[i] ? 0 : bytes[i]);
    int last = falling.length - 1;
    if (!(again[last] > 0 && once[last] > 0)) {
      throw new IllegalArgumentException(
          "a threshold needs bytes that were asked for again (%s) and bytes that were not (%s)"
              .formatted(again[last], once[last]));
    }
    List<Point> points = new ArrayList<>();
    for (int i = 0; i <= last; i++) {
      double here = probabilities[falling[i]];
      double below = i == last ? -here : probabilities[falling[i + 1]];
      if (below < here || i == last) {
        double kept = again[i] / again[last];
        double stored = (again[i] + once[i]) / (again[last] + once[last]);
        Threshold threshold = new Threshold((here + below) / 2, kept, stored);
        points.add(new Point(threshold, kept, once[i] / once[last]));
      }
    }
    return points;
  }

  private static double[] cumulative(Integer[] order, IntToDoubleFunction amount) {
    double[] sums = new double[order.length];
    double sum = 0;
    for (int i = 0; i < order.length; i++) {
      double bytes = amount.applyAsDouble(order[i]);
      if (!(bytes >= 0 && bytes < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("row %d: %s bytes".formatted(order[i], bytes));
      }
      sum += bytes;
      sums[i] = sum;
    }
    return sums;
  }
}
