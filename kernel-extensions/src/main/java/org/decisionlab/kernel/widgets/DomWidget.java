// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import org.jspecify.annotations.Nullable;

/**
 * A widget that has a place on the page.
 *
 * @param <W> the widget itself
 */
public abstract class DomWidget<W extends DomWidget<W>> extends Widget {

  /** A widget of a model. */
  protected DomWidget(String model) {
    super(model);
  }

  /**
   * Sets an attribute of the layout, such as {@code layout("width", "300px")}: width, height,
   * margin, padding, border_top, flex, align_items, overflow and the like, with CSS values.
   *
   * @throws IllegalArgumentException if there is no such attribute
   */
  public final W layout(String attribute, @Nullable Object value) {
    ((WidgetPart) part("layout")).put(attribute, value);
    return self();
  }

  /**
   * Sets an attribute of the style, such as {@code style("description_width", "initial")}.
   *
   * @throws IllegalArgumentException if there is no such attribute
   */
  public final W style(String attribute, @Nullable Object value) {
    ((WidgetPart) part("style")).put(attribute, value);
    return self();
  }

  /** The text shown when the pointer rests on the widget. */
  public final W tooltip(@Nullable String text) {
    set("tooltip", text);
    return self();
  }

  @SuppressWarnings("unchecked") // W is the type of the widget itself
  final W self() {
    return (W) this;
  }
}
