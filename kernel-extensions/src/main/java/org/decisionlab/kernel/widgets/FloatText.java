// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import org.jspecify.annotations.Nullable;

/** A field for a real number. */
public final class FloatText extends ValueWidget<Double, FloatText> {

  /**
   * A field with a number.
   *
   * @throws IllegalArgumentException if it is not finite
   */
  public FloatText(double value) {
    super("FloatTextModel", "value");
    put(value);
  }

  /** Sets the value; whole numbers are welcome. */
  public FloatText value(double value) {
    return value(Double.valueOf(value));
  }

  @Override
  public Double value() {
    return get("value").getAsDouble();
  }

  @Override
  void put(Double value) {
    set("value", Numbers.requireFinite(value));
  }

  @Override
  @Nullable JsonElement accept(String key, JsonElement value) {
    Double number = key.equals("value") ? Numbers.finite(value) : null;
    return number == null ? null : new JsonPrimitive(number);
  }
}
