// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.bench;

import java.util.Arrays;

/** The option of all measurements: {@value #WORD}, few and short rounds, to see that they run. */
final class ShortForm {

  private static final String WORD = "--short";

  private ShortForm() {}

  /** Whether a program was given the option. */
  static boolean isAskedFor(String... arguments) {
    return Arrays.asList(arguments).contains(WORD);
  }
}
