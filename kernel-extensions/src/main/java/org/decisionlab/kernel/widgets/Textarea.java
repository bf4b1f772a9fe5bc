// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

/** A field for several lines of text. */
public final class Textarea extends TextField<Textarea> {

  /** A field with text. */
  public Textarea(String value) {
    super("TextareaModel", value);
  }

  /** How many lines are visible. */
  public Textarea rows(int rows) {
    set("rows", rows);
    return this;
  }
}
