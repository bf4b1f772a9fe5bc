// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import org.jspecify.annotations.Nullable;

/** A button that stays pressed. */
public final class ToggleButton extends ValueWidget<Boolean, ToggleButton> {

  /** Off. */
  public ToggleButton() {
    this(false);
  }

  /** On or off. */
  public ToggleButton(boolean value) {
    super("ToggleButtonModel", "value");
    put(value);
  }

  @Override
  public Boolean value() {
    return get("value").getAsBoolean();
  }

  @Override
  void put(Boolean value) {
    set("value", value);
  }

  @Override
  @Nullable JsonElement accept(String key, JsonElement value) {
    boolean flag = value instanceof JsonPrimitive primitive && primitive.isBoolean();
    return key.equals("value") && flag ? value : null;
  }
}
