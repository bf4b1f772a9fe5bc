// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import org.jspecify.annotations.Nullable;

/**
 * On or off.
 *
 * @param <W> the widget itself
 */
public abstract class Flag<W extends Flag<W>> extends ValueWidget<Boolean, W> {

  Flag(String model, boolean value) {
    super(model, "value");
    put(value);
  }

  @Override
  public final Boolean value() {
    return get("value").getAsBoolean();
  }

  @Override
  final void put(Boolean value) {
    set("value", value);
  }

  @Override
  final @Nullable JsonElement accept(String key, JsonElement value) {
    boolean flag = value instanceof JsonPrimitive primitive && primitive.isBoolean();
    return key.equals("value") && flag ? value : null;
  }
}
