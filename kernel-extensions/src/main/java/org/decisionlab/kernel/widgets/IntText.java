// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import org.jspecify.annotations.Nullable;

/** A field for a whole number. */
public final class IntText extends ValueWidget<Integer, IntText> {

  /** A field with a number. */
  public IntText(int value) {
    super("IntTextModel", "value");
    put(value);
  }

  @Override
  public Integer value() {
    return get("value").getAsInt();
  }

  @Override
  void put(Integer value) {
    set("value", value);
  }

  @Override
  @Nullable JsonElement accept(String key, JsonElement value) {
    Integer number = key.equals("value") ? Numbers.whole(value) : null;
    return number == null ? null : new JsonPrimitive(number);
  }
}
