// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One of several options. The front end sees their labels only.
 *
 * @param <T> type of the options
 * @param <W> the widget itself
 */
public abstract class Selection<T, W extends Selection<T, W>> extends ValueWidget<T, W> {

  private static final int MOST_OPTIONS = 10_000;

  private volatile List<T> values = List.of();

  Selection(String model, Map<String, ? extends T> options) {
    super(model, "index");
    options(options);
  }

  /** Options whose labels are their texts. */
  static <T> Map<String, T> labelled(List<? extends T> options) {
    Map<String, T> labelled = new LinkedHashMap<>();
    for (T each : options) {
      if (labelled.put(String.valueOf(each), each) != null) {
        throw new IllegalArgumentException("two options have the label " + each);
      }
    }
    return labelled;
  }

  /** The option that is selected. */
  @Override
  public final T value() {
    return values.get(get("index").getAsInt());
  }

  /** Replaces the options; the first of them is selected. */
  public final W options(List<? extends T> options) {
    return options(labelled(options));
  }

  /**
   * Replaces the options; the first of them is selected.
   *
   * @param options the options by their labels
   */
  public final W options(Map<String, ? extends T> options) {
    if (options.isEmpty() || options.size() > MOST_OPTIONS) {
      throw new IllegalArgumentException(
          "a selection takes 1 to " + MOST_OPTIONS + " options, not " + options.size());
    }
    set("index", JsonNull.INSTANCE);
    values = List.copyOf(options.values());
    set("_options_labels", new ArrayList<>(options.keySet()));
    set("index", 0);
    tell();
    return self();
  }

  @Override
  final void put(T value) {
    int index = values.indexOf(value);
    if (index < 0) {
      throw new IllegalArgumentException(
          value + " is none of the options " + get("_options_labels"));
    }
    set("index", index);
  }

  @Override
  final @Nullable JsonElement accept(String key, JsonElement value) {
    Integer index = key.equals("index") ? Numbers.whole(value) : null;
    return index != null && index >= 0 && index < values.size() ? new JsonPrimitive(index) : null;
  }
}
