// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.bundle;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What came of asking a model its golden rows.
 *
 * @param rows rows asked
 * @param largestDifference largest difference to the card, relative above 1 and absolute below;
 *     infinite when an answer is not a number
 * @param tolerance largest difference accepted
 * @param worstRow index of the row with the largest difference
 * @param worst that row and both answers, for people
 */
public record GoldenReport(
    int rows, double largestDifference, double tolerance, int worstRow, String worst) {

  /** Whether every answer was within the tolerance. */
  public boolean passed() {
    return largestDifference <= tolerance;
  }

  /** Asks a model, given as what it makes of a row, the golden rows of a card. */
  public static GoldenReport of(ModelCard card, UnaryOperator<float[]> model) {
    return of(card.goldenRows(), card.selfCheck().tolerance(), model);
  }

  /**
   * Asks a model rows whose answers are known.
   *
   * @param rows at least one
   * @param tolerance largest difference accepted, relative above 1 and absolute below
   * @param model what it makes of a row
   */
  public static GoldenReport of(
      List<GoldenRow> rows, double tolerance, UnaryOperator<float[]> model) {
    double largest = -1;
    int worstRow = 0;
    String worst = "";
    for (int i = 0; i < rows.size(); i++) {
      GoldenRow row = rows.get(i);
      float[] answer = model.apply(row.inputArray());
      double difference = difference(row.outputs(), answer);
      if (difference > largest) {
        largest = difference;
        worstRow = i;
        worst = row.inputs() + ": expected " + row.outputs() + ", found " + Arrays.toString(answer);
      }
    }
    return new GoldenReport(rows.size(), largest, tolerance, worstRow, worst);
  }

  private static double difference(List<Float> expected, float[] found) {
    if (expected.size() != found.length) {
      return Double.POSITIVE_INFINITY;
    }
    double largest = 0;
    for (int i = 0; i < found.length; i++) {
      double scale = Math.max(1, Math.abs(expected.get(i)));
      double difference = Math.abs((double) found[i] - expected.get(i)) / scale;
      largest = Math.max(largest, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
    }
    return largest;
  }
}
