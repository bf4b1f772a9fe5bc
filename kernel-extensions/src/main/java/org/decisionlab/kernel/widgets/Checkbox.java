// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

/** A box to tick. */
public final class Checkbox extends Flag<Checkbox> {

  /** Off. */
  public Checkbox() {
    this(false);
  }

  /** On or off. */
  public Checkbox(boolean value) {
    super("CheckboxModel", value);
  }
}
