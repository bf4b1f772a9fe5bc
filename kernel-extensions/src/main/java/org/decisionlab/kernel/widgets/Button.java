// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A button. */
public final class Button extends Control<Button> {

  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  /** A button with a text on it. */
  public Button(String description) {
    super("ButtonModel");
    description(description);
  }

  /** Adds a listener, called on the cell thread between cells; what it throws is shown. */
  public Button onClick(Runnable listener) {
    listeners.add(listener);
    return this;
  }

  /**
   * The colour: {@code primary}, {@code success}, {@code info}, {@code warning}, {@code danger}.
   */
  public Button buttonStyle(String style) {
    set("button_style", style);
    return this;
  }

  /** The name of a Font Awesome icon, such as {@code play}. */
  public Button icon(String name) {
    set("icon", name);
    return this;
  }

  @Override
  void event(JsonObject content) {
    if (text(content.get("event")).equals("click") && !get("disabled").getAsBoolean()) {
      listeners.forEach(listener -> Callbacks.run(listener::run));
    }
  }
}
