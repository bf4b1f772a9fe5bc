// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.system;

import java.util.regex.Pattern;

/** Tells what must not be shown: values whose name says so, and logins in addresses. */
final class Secrets {

  static final String MASK = "(hidden)";

  private static final String WORDS =
      "token|secret|passw|passphrase|credential|auth|cookie|private|api_?key|access_?key|key$|_key_";
  private static final Pattern NAME = Pattern.compile(WORDS, Pattern.CASE_INSENSITIVE);
  private static final Pattern LOGIN = Pattern.compile("(?<=://)[^/@\\s]+@");
  private static final Pattern ASSIGNED =
      Pattern.compile(
          "((?:token|secret|passw\\w*|credential\\w*|api_?key|bearer)\\w*[\"']?(?:\\s*[=:]\\s*|\\s+)[\"']?)[^\\s\"',;]+",
          Pattern.CASE_INSENSITIVE);

  private Secrets() {}

  /** Whether the value of a variable of this name is a secret. */
  static boolean isSecret(String name) {
    return NAME.matcher(name).find();
  }

  /** A value as it may be shown. */
  static String shown(String name, String value) {
    return isSecret(name) ? MASK : withoutLogins(value);
  }

  /** A line of a log as it may be shown. */
  static String shownLine(String line) {
    return withoutLogins(ASSIGNED.matcher(line).replaceAll("$1" + MASK));
  }

  private static String withoutLogins(String text) {
    return LOGIN.matcher(text).replaceAll(MASK + "@");
  }
}
