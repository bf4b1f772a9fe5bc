// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

/** HTML, as it is; text of unknown origin must be escaped first. */
public final class HTML extends ShownText<HTML> {

  /** Shows a text. */
  public HTML(String value) {
    super("HTMLModel", value);
  }
}
