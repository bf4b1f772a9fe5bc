// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.bundle;

import java.util.Locale;

/**
 * How the exported form was compared with the trained one on fresh random rows.
 *
 * @param against what the answers were compared with, such as {@code DJL PyTorch 2.7.1}
 * @param rows rows compared
 * @param largestDifference largest difference found, relative above 1 and absolute below
 * @param tolerance largest difference accepted, now and whenever the golden rows are verified
 */
public record SelfCheck(String against, long rows, double largestDifference, double tolerance) {

  /** Difference that is accepted unless another is given. */
  public static final double DEFAULT_TOLERANCE = 1e-5;

  /** Refuses a check that was not passed. */
  public SelfCheck {
    if (!(tolerance > 0 && tolerance <= 1e-2)) {
      throw new IllegalArgumentException(
          "tolerance must be above 0 and at most 0.01: " + tolerance);
    }
    if (rows < 1 || !(largestDifference >= 0 && largestDifference <= tolerance)) {
      throw new IllegalArgumentException(
          "the self-check was not passed: difference "
              + largestDifference
              + " over "
              + rows
              + " rows, tolerance "
              + tolerance);
    }
  }

  /** The check in one line for people. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "compared with %s on %,d fresh rows: largest difference %.1e, tolerated %.0e",
        against,
        rows,
        largestDifference,
        tolerance);
  }
}
