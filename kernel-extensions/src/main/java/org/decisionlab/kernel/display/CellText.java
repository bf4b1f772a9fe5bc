// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.display;

import org.jspecify.annotations.Nullable;

/** The text of a value inside a table. */
public final class CellText {

  private static final DisplayLimits LIMITS = DisplayLimits.STANDARD.elements(10).characters(500);

  private CellText() {}

  /**
   * The text of a value; never fails.
   *
   * @param digits significant digits of real numbers
   */
  public static String of(@Nullable Object value, int digits) {
    // A float keeps the digits that it has as a float.
    return value instanceof Double || value instanceof Float
        ? NumberText.of(Double.parseDouble(value.toString()), digits)
        : PlainText.of(value, LIMITS);
  }

  /** Whether values of a type stand to the right. */
  public static boolean isNumber(Class<?> type) {
    return Number.class.isAssignableFrom(type)
        || (type.isPrimitive() && type != boolean.class && type != char.class);
  }
}
