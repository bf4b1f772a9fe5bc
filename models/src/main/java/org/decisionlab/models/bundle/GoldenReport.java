// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.bundle;

import java.util.Arrays;
import java.util.List;
import org.decisionlab.models.evaluate.Evaluator;

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

  /** Asks {@code evaluator} the golden rows of {@code card}. */
  static GoldenReport of(ModelCard card, Evaluator evaluator) {
    double largest = -1;
    int worstRow = 0;
    String worst = "";
    List<GoldenRow> rows = card.goldenRows();
    for (int i = 0; i < rows.size(); i++) {
      GoldenRow row = rows.get(i);
      float[] answer = evaluator.evaluate(row.inputArray());
      double difference = difference(row.outputs(), answer);
      if (difference > largest) {
        largest = difference;
        worstRow = i;
        worst = row.inputs() + ": expected " + row.outputs() + ", found " + Arrays.toString(answer);
      }
    }
    return new GoldenReport(rows.size(), largest, card.selfCheck().tolerance(), worstRow, worst);
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
