// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

/**
 * Size of one part of a split.
 *
 * @param rows its rows
 * @param positives rows known to be reused within the horizon
 */
public record SplitCount(long rows, long positives) {

  /** Share of the positives among the rows, 0 to 1; NaN without rows. */
  public double positiveShare() {
    return rows == 0 ? Double.NaN : (double) positives / rows;
  }
}
