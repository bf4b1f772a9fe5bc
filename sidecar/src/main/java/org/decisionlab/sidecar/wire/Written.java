// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Numbers as they are written, read by what reads rows of floats: instead of a float it is given
 * the bits of the number's place in a list, so that there is one reader of the forms of rows.
 */
final class Written implements RowsJson.Reading {

  private final List<@Nullable BigDecimal> numbers = new ArrayList<>();

  @Override
  public float read(JsonNode value, String where) {
    return place(value.isNumber() ? value.decimalValue() : null);
  }

  /** A value of which the float is all there is. */
  float floatOnly(JsonNode value, String where) {
    return place(null);
  }

  private float place(@Nullable BigDecimal number) {
    numbers.add(number);
    return Float.intBitsToFloat(numbers.size() - 1);
  }

  /** The numbers in the rows and columns into which their places were read. */
  @Nullable BigDecimal[][] at(float[][] places) {
    @Nullable BigDecimal[][] found = new BigDecimal[places.length][];
    for (int r = 0; r < found.length; r++) {
      found[r] = new BigDecimal[places[r].length];
      for (int c = 0; c < found[r].length; c++) {
        found[r][c] = numbers.get(Float.floatToRawIntBits(places[r][c]));
      }
    }
    return found;
  }
}
