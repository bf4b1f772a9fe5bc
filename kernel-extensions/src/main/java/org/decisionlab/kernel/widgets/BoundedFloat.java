// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import org.jspecify.annotations.Nullable;

/**
 * A real number between two others.
 *
 * @param <W> the widget itself
 */
public abstract class BoundedFloat<W extends BoundedFloat<W>> extends ValueWidget<Double, W> {

  /**
   * @throws IllegalArgumentException if {@code min > max}, or a number is not finite
   */
  BoundedFloat(String model, double value, double min, double max) {
    super(model, "value");
    bounds(min, max);
    put(value);
  }

  /** Sets the value; whole numbers are welcome. */
  public final W value(double value) {
    return value(Double.valueOf(value));
  }

  @Override
  public final Double value() {
    return get("value").getAsDouble();
  }

  /** Sets the bounds; the value is moved inside. */
  public final W bounds(double min, double max) {
    if (!(min <= max)) {
      throw new IllegalArgumentException("min " + min + " is not below max " + max);
    }
    set("min", Numbers.requireFinite(min));
    set("max", Numbers.requireFinite(max));
    return value(value());
  }

  /** The smallest value. */
  public final double min() {
    return get("min").getAsDouble();
  }

  /** The largest value. */
  public final double max() {
    return get("max").getAsDouble();
  }

  /** Sets a value; one beyond the bounds becomes the bound. */
  @Override
  final void put(Double value) {
    Numbers.requireFinite(value);
    set("value", Math.max(min(), Math.min(max(), value)));
  }

  final @Nullable JsonElement bounded(JsonElement value) {
    Double number = Numbers.finite(value);
    return number == null ? null : new JsonPrimitive(Math.max(min(), Math.min(max(), number)));
  }
}
