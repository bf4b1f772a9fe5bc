// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

/**
 * A text that only code changes.
 *
 * @param <W> the widget itself
 */
public abstract class ShownText<W extends ShownText<W>> extends ValueWidget<String, W> {

  ShownText(String model, String value) {
    super(model, "value");
    put(value);
  }

  @Override
  public final String value() {
    return get("value").getAsString();
  }

  @Override
  final void put(String value) {
    set("value", value);
  }
}
