// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

/** A line of text; mathematics between dollar signs is typeset, HTML is not. */
public final class Label extends ShownText<Label> {

  /** Shows a text. */
  public Label(String value) {
    super("LabelModel", value);
  }
}
