// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import java.util.Arrays;

/** Widgets under each other. */
public final class VBox extends Box<VBox> {

  /** A box around widgets. */
  public VBox(Widget... children) {
    super("VBoxModel", Arrays.asList(children));
  }
}
