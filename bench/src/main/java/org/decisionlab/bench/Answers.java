// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.bench;

/** Answers to one row, as TFaaS's doors write them: {@code [0.25,0.75]}. */
final class Answers {

  /** Engines that are asked many rows together may add in another order. */
  private static final double TOLERANCE = 1e-5;

  private Answers() {}

  /**
   * The numbers of an answer.
   *
   * @throws NumberFormatException when it is none
   */
  static float[] numbers(String answer) {
    String text = answer.strip();
    if (!text.startsWith("[") || !text.endsWith("]")) {
      throw new NumberFormatException("no list of numbers: " + text);
    }
    String[] each = text.substring(1, text.length() - 1).split(",", -1);
    float[] numbers = new float[each.length];
    for (int i = 0; i < each.length; i++) {
      numbers[i] = Float.parseFloat(each[i]);
    }
    return numbers;
  }

  /** Whether an answer has the numbers expected. */
  static boolean areSame(float[] expected, String answer) {
    float[] found;
    try {
      found = numbers(answer);
    } catch (NumberFormatException e) {
      return false;
    }
    boolean same = found.length == expected.length;
    for (int i = 0; same && i < found.length; i++) {
      same = Math.abs(found[i] - expected[i]) <= TOLERANCE;
    }
    return same;
  }
}
