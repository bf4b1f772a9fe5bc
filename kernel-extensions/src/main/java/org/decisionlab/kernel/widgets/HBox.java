// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import java.util.Arrays;

/** Widgets beside each other. */
public final class HBox extends Box<HBox> {

  /** A box around widgets. */
  public HBox(Widget... children) {
    super("HBoxModel", Arrays.asList(children));
  }
}
