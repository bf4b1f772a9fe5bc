// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.history;

import java.util.regex.Pattern;

/** Keeps what magics are told in confidence out of the history. */
final class Secrets {

  private static final String NAME =
      "(?i:[\\w.-]*(?:secret|passw|token|credential|api[._-]?key|access[._-]?key|bearer)[\\w.-]*)";
  private static final Pattern ENVIRONMENT =
      Pattern.compile("(?m)^([ \\t]*%env[ \\t]+[\\w.-]+[ \\t]*[= \\t])[ \\t]*\\S.*$");
  private static final Pattern ASSIGNED =
      Pattern.compile("(?m)(^[ \\t]*%.*?(?:" + NAME + ")(?:[ \\t]*[=:][ \\t]*|[ \\t]+))\\S.*$");

  private Secrets() {}

  /**
   * A cell without the values that its magics set in the environment, and without what follows a
   * flag or a setting that is named as a secret.
   */
  static String removed(String cell) {
    String text = ENVIRONMENT.matcher(cell).replaceAll("$1***");
    return ASSIGNED.matcher(text).replaceAll("$1***");
  }
}
