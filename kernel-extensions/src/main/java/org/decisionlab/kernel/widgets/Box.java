// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import java.util.List;

/**
 * Widgets with other widgets inside.
 *
 * @param <W> the widget itself
 */
public abstract class Box<W extends Box<W>> extends DomWidget<W> {

  private volatile List<Widget> children = List.of();

  Box(String model, List<? extends Widget> children) {
    super(model);
    children(children);
  }

  /** The widgets inside. */
  public final List<Widget> children() {
    return children;
  }

  /** Replaces the widgets inside. */
  public final W children(List<? extends Widget> widgets) {
    children = List.copyOf(widgets);
    if (isOpen()) {
      children.forEach(Widget::open);
    }
    set("children", children.stream().map(Widget::reference).toList());
    return self();
  }

  @Override
  final List<Widget> contents() {
    return children;
  }
}
