// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import org.jspecify.annotations.Nullable;

/**
 * A whole number between two others.
 *
 * @param <W> the widget itself
 */
public abstract class BoundedInt<W extends BoundedInt<W>> extends ValueWidget<Integer, W> {

  /**
   * @throws IllegalArgumentException if {@code min > max}
   */
  BoundedInt(String model, int value, int min, int max) {
    super(model, "value");
    bounds(min, max);
    put(value);
  }

  @Override
  public final Integer value() {
    return get("value").getAsInt();
  }

  /** Sets the bounds; the value is moved inside. */
  public final W bounds(int min, int max) {
    if (min > max) {
      throw new IllegalArgumentException("min " + min + " is above max " + max);
    }
    set("min", min);
    set("max", max);
    return value(value());
  }

  /** The smallest value. */
  public final int min() {
    return get("min").getAsInt();
  }

  /** The largest value. */
  public final int max() {
    return get("max").getAsInt();
  }

  /** Sets a value; one beyond the bounds becomes the bound. */
  @Override
  final void put(Integer value) {
    set("value", Math.max(min(), Math.min(max(), value)));
  }

  final @Nullable JsonElement bounded(JsonElement value) {
    Double number = Numbers.finite(value);
    if (number == null || number != Math.rint(number)) {
      return null;
    }
    return new JsonPrimitive((int) Math.max(min(), Math.min(max(), number)));
  }
}
