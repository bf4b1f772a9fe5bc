// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import java.util.Locale;

/** The part of a feature table that a row belongs to. */
public enum Split {
  /** To learn from. */
  TRAIN,
  /** To choose by: when to stop, which threshold. */
  VALIDATION,
  /** To judge by, once. */
  TEST,
  /** In none of them: its horizon ends after its own window, so its label could not be used. */
  UNMATURED;

  /** The value in the column {@code split}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Split of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
