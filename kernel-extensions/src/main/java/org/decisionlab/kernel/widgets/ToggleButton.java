// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

/** A button that stays pressed. */
public final class ToggleButton extends Flag<ToggleButton> {

  /** Off. */
  public ToggleButton() {
    this(false);
  }

  /** On or off. */
  public ToggleButton(boolean value) {
    super("ToggleButtonModel", value);
  }
}
