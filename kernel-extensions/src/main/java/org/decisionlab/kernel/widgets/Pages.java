// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Widgets of which one is visible, each with a title.
 *
 * @param <W> the widget itself
 */
public abstract class Pages<W extends Pages<W>> extends Box<W> {

  Pages(String model, Map<String, ? extends Widget> pages) {
    super(model, List.copyOf(pages.values()));
    set("titles", new ArrayList<>(pages.keySet()));
    selectedIndex(pages.isEmpty() ? null : 0);
  }

  /** Which page is visible, from 0; null for none. */
  public final @Nullable Integer selectedIndex() {
    JsonElement index = get("selected_index");
    return index.isJsonNull() ? null : Integer.valueOf(index.getAsInt());
  }

  /**
   * Turns to a page, from 0, or to none.
   *
   * @throws IllegalArgumentException if there is no such page
   */
  public final W selectedIndex(@Nullable Integer index) {
    JsonElement wanted = index == null ? JsonNull.INSTANCE : new JsonPrimitive(index);
    JsonElement valid = accept("selected_index", wanted);
    if (valid == null) {
      throw new IllegalArgumentException("there are " + children().size() + " pages, no " + index);
    }
    set("selected_index", valid);
    return self();
  }

  @Override
  final @Nullable JsonElement accept(String key, JsonElement value) {
    if (!key.equals("selected_index")) {
      return null;
    }
    if (value.isJsonNull()) {
      return value;
    }
    Integer index = Numbers.whole(value);
    return index != null && index >= 0 && index < children().size()
        ? new JsonPrimitive(index)
        : null;
  }
}
