// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.display;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as tables show them: the same in every locale. */
public final class NumberText {

  private static final double SMALLEST_PLAIN = 1e-4;
  private static final double LARGEST_PLAIN = 1e15;

  private NumberText() {}

  /**
   * A real number with so many significant digits; below 10^15, digits before the point are kept.
   *
   * @param digits at least 1
   */
  public static String of(double value, int digits) {
    if (!Double.isFinite(value) || value == 0) {
      return value == 0 ? "0" : Double.toString(value);
    }
    BigDecimal exact = new BigDecimal(value);
    boolean plain = Math.abs(value) >= SMALLEST_PLAIN && Math.abs(value) < LARGEST_PLAIN;
    int kept = plain ? Math.max(exact.precision() - exact.scale(), digits) : digits;
    BigDecimal shown = exact.round(new MathContext(kept)).stripTrailingZeros();
    return plain ? shown.toPlainString() : shown.toString();
  }

  /** So many things of a kind: {@code 1 row}, {@code 2,000 rows}. */
  public static String counted(long value, String thing) {
    return count(value) + " " + thing + (value == 1 ? "" : "s");
  }

  /** A number of things, with commas between thousands. */
  public static String count(long value) {
    String digits = Long.toString(value);
    StringBuilder text = new StringBuilder(digits);
    int first = digits.startsWith("-") ? 1 : 0;
    for (int at = digits.length() - 3; at > first; at -= 3) {
      text.insert(at, ',');
    }
    return text.toString();
  }

  /** A time as people say it. */
  public static String duration(double seconds) {
    if (seconds < 1) {
      return Math.round(seconds * 1000) + " ms";
    }
    if (seconds < 10) {
      return Math.round(seconds * 10) / 10.0 + " s";
    }
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    if (whole < 3600) {
      return whole / 60 + " min " + whole % 60 + " s";
    }
    return whole / 3600 + " h " + whole % 3600 / 60 + " min";
  }
}
