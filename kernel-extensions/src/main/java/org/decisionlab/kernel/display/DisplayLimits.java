// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.display;

import org.dflib.jjava.jupyter.kernel.display.RenderContext;

/**
 * How much of a value is shown. What lies beyond is counted, not shown.
 *
 * @param rows rows of a table
 * @param columns columns of a table
 * @param elements elements of an array, a collection or a map, at each depth
 * @param characters length of a text
 * @param digits significant digits of real numbers in tables; digits before the point are never cut
 */
public record DisplayLimits(int rows, int columns, int elements, int characters, int digits) {

  /** What holds until a cell says otherwise. */
  public static final DisplayLimits STANDARD = new DisplayLimits(20, 40, 50, 20_000, 6);

  /** Name of the parameter of the renderer that carries the limits of one rendering. */
  static final String PARAMETER = "limits";

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one of them is not positive
   */
  public DisplayLimits {
    require("rows", rows);
    require("columns", columns);
    require("elements", elements);
    require("characters", characters);
    require("digits", digits);
  }

  /** The limits that hold for a rendering. */
  public static DisplayLimits of(RenderContext context) {
    return context.getParameter(PARAMETER) instanceof DisplayLimits limits ? limits : STANDARD;
  }

  /** These limits with another number of rows. */
  public DisplayLimits rows(int most) {
    return new DisplayLimits(most, columns, elements, characters, digits);
  }

  /** These limits with another number of columns. */
  public DisplayLimits columns(int most) {
    return new DisplayLimits(rows, most, elements, characters, digits);
  }

  /** These limits with another number of elements. */
  public DisplayLimits elements(int most) {
    return new DisplayLimits(rows, columns, most, characters, digits);
  }

  /** These limits with another number of characters. */
  public DisplayLimits characters(int most) {
    return new DisplayLimits(rows, columns, elements, most, digits);
  }

  /** These limits with another number of digits. */
  public DisplayLimits digits(int most) {
    return new DisplayLimits(rows, columns, elements, characters, most);
  }

  private static void require(String name, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException(
          "the limit " + name + " must be at least 1, but is " + limit);
    }
  }
}
