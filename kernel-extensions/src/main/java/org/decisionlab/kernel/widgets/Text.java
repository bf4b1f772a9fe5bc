// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A field for one line of text. */
public final class Text extends TextField<Text> {

  private final List<Consumer<? super String>> listeners = new CopyOnWriteArrayList<>();

  /** An empty field. */
  public Text() {
    this("");
  }

  /** A field with text. */
  public Text(String value) {
    super("TextModel", value);
  }

  /** Adds a listener: called with the text when the user presses Enter. */
  public Text onSubmit(Consumer<? super String> listener) {
    listeners.add(listener);
    return this;
  }

  @Override
  void event(JsonObject content) {
    if (text(content.get("event")).equals("submit")) {
      String value = value();
      listeners.forEach(listener -> Callbacks.run(() -> listener.accept(value)));
    }
  }
}
