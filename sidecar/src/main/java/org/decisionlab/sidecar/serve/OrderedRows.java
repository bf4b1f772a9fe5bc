// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.math.BigDecimal;
import org.decisionlab.models.engine.ElementType;
import org.jspecify.annotations.Nullable;

/**
 * Rows in the order of a model's features.
 *
 * @param values the numbers as floats of 32 bits
 * @param written the same numbers as they were written, for inputs of 64 bits: rows and columns
 *     like those of the values, null where the float is all there is; no rows where it is for all
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never changed
record OrderedRows(float[][] values, @Nullable BigDecimal[][] written) {

  /** Beyond, floats leave whole numbers out, so what was meant is not known. */
  private static final float MOST_OF_FLOATS = 1 << 24;

  private static final BigDecimal LEAST_LONG = BigDecimal.valueOf(Long.MIN_VALUE);
  private static final BigDecimal MOST_LONG = BigDecimal.valueOf(Long.MAX_VALUE);

  /** Rows of floats. */
  static OrderedRows of(float[][] values) {
    return new OrderedRows(values, new BigDecimal[0][]);
  }

  /** Whether the floats are all there is. */
  boolean isOfFloats() {
    return written.length == 0;
  }

  /** A number of 64 bits. */
  double number(int row, int column) {
    BigDecimal told = told(row, column);
    // Of zero only the float knows the sign.
    return told == null || told.signum() == 0 ? values[row][column] : told.doubleValue();
  }

  /** A number as it was written, null where the float is all there is. */
  @Nullable BigDecimal told(int row, int column) {
    return isOfFloats() ? null : written[row][column];
  }

  /** Whether an input of a type of 64 bits can be given a number as the client told it. */
  boolean fits(int row, int column, ElementType type) {
    BigDecimal told = told(row, column);
    float rounded = values[row][column];
    if (type == ElementType.FLOAT64) {
      // Digits of a whole number mean that number; others mean the double next to them.
      return told == null
          || told.scale() != 0
          || new BigDecimal(told.doubleValue()).compareTo(told) == 0;
    }
    if (told == null) {
      return rounded == Math.rint(rounded) && Math.abs(rounded) <= MOST_OF_FLOATS;
    }
    return told.signum() == 0
        || (told.stripTrailingZeros().scale() <= 0
            && told.compareTo(LEAST_LONG) >= 0
            && told.compareTo(MOST_LONG) <= 0);
  }

  /** One of the rows. */
  OrderedRows only(int row) {
    float[][] one = {values[row]};
    return isOfFloats() ? of(one) : new OrderedRows(one, new BigDecimal[][] {written[row]});
  }
}
