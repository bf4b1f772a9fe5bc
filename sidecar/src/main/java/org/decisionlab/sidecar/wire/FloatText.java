// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.wire;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.math.BigDecimal;
import java.math.MathContext;

/**
 * Writes float32 numbers as TFaaS does: the shortest text that reads back as the same number, whole
 * numbers without a point, an exponent below 1e-6 and from 1e21 on.
 */
public final class FloatText {

  private static final float SMALLEST_PLAIN = 1e-6f;
  private static final float SMALLEST_LARGE = 1e21f;

  /** From here on, and below {@link #LARGEST_JAVA}, Java writes no exponent. */
  private static final float SMALLEST_JAVA = 1e-3f;

  private static final float LARGEST_JAVA = 1e7f;

  private FloatText() {}

  /**
   * A row of numbers as a JSON array with a newline at the end.
   *
   * @throws IllegalArgumentException when a number is not finite, for which JSON has no form
   */
  public static String array(float[] numbers) {
    StringBuilder text = new StringBuilder(2 + 12 * numbers.length).append('[');
    for (int i = 0; i < numbers.length; i++) {
      append(text, i == 0 ? "" : ",", numbers[i]);
    }
    return text.append("]\n").toString();
  }

  private static void append(StringBuilder text, String separator, float number) {
    if (!Float.isFinite(number)) {
      throw new IllegalArgumentException("JSON has no form for " + number);
    }
    text.append(separator);
    float magnitude = Math.abs(number);
    if (magnitude == 0) {
      text.append(1 / number < 0 ? "-0" : "0");
      return;
    }
    if (magnitude >= SMALLEST_JAVA && magnitude < LARGEST_JAVA) {
      // Here Java writes the same digits, and whole numbers with a point.
      String plain = NumberOutput.toString(number, true);
      text.append(plain, 0, plain.length() - (plain.endsWith(".0") ? 2 : 0));
      return;
    }
    BigDecimal shortest = shortest(number);
    if (magnitude >= SMALLEST_PLAIN && magnitude < SMALLEST_LARGE) {
      text.append(shortest.toPlainString());
    } else {
      appendScientific(text, shortest);
    }
  }

  /** Java's text has two digits at least, which the smallest numbers do not need. */
  private static BigDecimal shortest(float number) {
    BigDecimal text = new BigDecimal(NumberOutput.toString(number, true)).stripTrailingZeros();
    BigDecimal oneDigit = text.round(new MathContext(1));
    return text.precision() == 2 && oneDigit.floatValue() == number ? oneDigit : text;
  }

  private static void appendScientific(StringBuilder text, BigDecimal number) {
    String digits = number.unscaledValue().abs().toString();
    int exponent = digits.length() - 1 - number.scale();
    text.append(number.signum() < 0 ? "-" : "").append(digits.charAt(0));
    if (digits.length() > 1) {
      text.append('.').append(digits, 1, digits.length());
    }
    text.append('e').append(exponent < 0 ? '-' : '+').append(Math.abs(exponent));
  }
}
