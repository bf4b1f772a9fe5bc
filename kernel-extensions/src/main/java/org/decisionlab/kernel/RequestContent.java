// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import org.jspecify.annotations.Nullable;

/** Reads what a request asks; what cannot be meant is refused in words. */
final class RequestContent {

  private RequestContent() {}

  /**
   * A text that must be there.
   *
   * @throws IllegalArgumentException if it is not
   */
  static String text(JsonObject content, String name) {
    JsonElement value = content.get(name);
    if (value == null || !value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) {
      throw new IllegalArgumentException("the request must have a text '" + name + "'");
    }
    return value.getAsString();
  }

  /**
   * A whole number.
   *
   * @throws IllegalArgumentException if something else is there
   */
  static int number(JsonObject content, String name, int otherwise) {
    @Nullable JsonElement value = content.get(name);
    if (value == null || value.isJsonNull()) {
      return otherwise;
    }
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isNumber()) {
      throw new IllegalArgumentException("'" + name + "' of the request must be a number");
    }
    return value.getAsInt();
  }
}
