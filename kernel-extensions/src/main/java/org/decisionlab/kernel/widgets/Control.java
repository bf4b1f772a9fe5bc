// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

/**
 * A widget with a description beside it.
 *
 * @param <W> the widget itself
 */
public abstract class Control<W extends Control<W>> extends DomWidget<W> {

  /** A control of a model. */
  protected Control(String model) {
    super(model);
  }

  /** The text beside the widget, or on it; never taken for HTML. */
  public final W description(String text) {
    set("description", text);
    return self();
  }

  /** Whether the user can change it. */
  public final W disabled(boolean disabled) {
    set("disabled", disabled);
    return self();
  }
}
