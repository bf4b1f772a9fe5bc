// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import org.jspecify.annotations.Nullable;

/** Layout or style of a widget: attributes that only the kernel sets. */
final class WidgetPart extends Widget {

  WidgetPart(String model) {
    super(model);
  }

  void put(String attribute, @Nullable Object value) {
    String key = attribute.replace('-', '_');
    JsonElement known = state().get(key);
    if (known == null || key.startsWith("_")) {
      throw new IllegalArgumentException(
          modelName() + " has no attribute " + attribute + "; it has " + state().keySet());
    }
    set(key, json(value));
  }

  private static JsonElement json(@Nullable Object value) {
    if (value == null) {
      return JsonNull.INSTANCE;
    }
    if (value instanceof Number number) {
      return new JsonPrimitive(number);
    }
    return value instanceof Boolean flag
        ? new JsonPrimitive(flag)
        : new JsonPrimitive(value.toString());
  }
}
