// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import org.jspecify.annotations.Nullable;

/**
 * A field for text.
 *
 * @param <W> the widget itself
 */
public abstract class TextField<W extends TextField<W>> extends ValueWidget<String, W> {

  private static final int MOST_CHARACTERS = 1_000_000;

  TextField(String model, String value) {
    super(model, "value");
    put(value);
  }

  @Override
  public final String value() {
    return get("value").getAsString();
  }

  /** What is shown while the field is empty. */
  public final W placeholder(String text) {
    set("placeholder", text);
    return self();
  }

  /** Whether the value follows each key, or only the end of the input. */
  public final W continuousUpdate(boolean continuous) {
    set("continuous_update", continuous);
    return self();
  }

  @Override
  final void put(String value) {
    if (value.length() > MOST_CHARACTERS) {
      throw new IllegalArgumentException(
          "a text field takes " + MOST_CHARACTERS + " characters, not " + value.length());
    }
    set("value", value);
  }

  @Override
  final @Nullable JsonElement accept(String key, JsonElement value) {
    return key.equals("value")
            && value instanceof JsonPrimitive text
            && text.isString()
            && text.getAsString().length() <= MOST_CHARACTERS
        ? value
        : null;
  }
}
