// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import org.jspecify.annotations.Nullable;

/** Numbers of the wire. */
final class Numbers {

  private Numbers() {}

  /** The finite number that a JSON value is, or null. */
  static @Nullable Double finite(JsonElement value) {
    if (value instanceof JsonPrimitive primitive && primitive.isNumber()) {
      double number = primitive.getAsDouble();
      return Double.isFinite(number) ? number : null;
    }
    return null;
  }

  /** The whole number that a JSON value is, or null. */
  static @Nullable Integer whole(JsonElement value) {
    Double number = finite(value);
    return number != null && number == Math.rint(number) && Math.abs(number) <= Integer.MAX_VALUE
        ? Integer.valueOf(number.intValue())
        : null;
  }

  static double requireFinite(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("a widget cannot have the value " + value);
    }
    return value;
  }
}
