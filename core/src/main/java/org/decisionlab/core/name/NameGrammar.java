// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.name;

import java.util.Set;

/**
 * The pieces of a logical file name, looked at letter by letter: names are parsed for every file of
 * every question, where regular expressions would cost more than the model. The expression that
 * each method stands for is in its comment.
 */
final class NameGrammar {

  /** What the dot of an expression does not stand for. */
  private static final String LINE_ENDS = "\n\r\u0085\u2028\u2029";

  /** Elements below which files are somebody's own, whatever their folders are called. */
  private static final Set<String> PERSONAL =
      Set.of("afs", "user", "users", "project", "projects", "scratch", "tmp", "Users");

  /** Those of them that an account's name follows. */
  private static final Set<String> ACCOUNTS = Set.of("user", "users", "Users");

  private NameGrammar() {}

  /** The end of {@code ^[A-Za-z][A-Za-z0-9+.-]*://[^/]*}; 0 where a name does not begin so. */
  static int afterHost(String name) {
    int colon = 0;
    while (colon < name.length() && isOfScheme(name.charAt(colon), colon)) {
      colon++;
    }
    if (colon == 0 || !name.startsWith("://", colon)) {
      return 0;
    }
    int slash = name.indexOf('/', colon + 3);
    return slash < 0 ? name.length() : slash;
  }

  private static boolean isOfScheme(char c, int place) {
    boolean letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return letter || (place > 0 && (isDigit(c) || c == '+' || c == '.' || c == '-'));
  }

  /** Whether a name that has a host begins with {@code https?://} in whatever case. */
  static boolean isWeb(String name) {
    return name.regionMatches(true, 0, "http://", 0, 7)
        || name.regionMatches(true, 0, "https://", 0, 8);
  }

  /**
   * Whether what stands before {@code /store/} is where a site keeps the experiment's files. That
   * is {@code /eos/cms} or {@code /eos/uscms}; before a name of a known class also any path with an
   * element {@code cms} or {@code uscms} that is not below users' or projects' folders. Below the
   * experiment's own account, {@code user/uscms01}, it is such a path if it ends with that element;
   * below any other login it is somebody's own.
   */
  static boolean isSitePrefix(String path, int end, boolean knownClass) {
    String prefix = path.substring(0, end);
    if (prefix.equals("/eos/cms") || prefix.equals("/eos/uscms")) {
      return true;
    }
    String[] elements = prefix.substring(prefix.startsWith("/") ? 1 : 0).split("/", -1);
    int last = elements.length - 1;
    boolean experiment = false;
    for (int i = 0; knownClass && i <= last; i++) {
      String element = elements[i];
      boolean home = i == 0 && element.equals("home");
      if (home || PERSONAL.contains(element) || element.startsWith("home-")) {
        boolean own = home || ACCOUNTS.contains(element);
        if (!own || i + 1 >= last || !isOfExperiment(elements[i + 1], true)) {
          return false;
        }
        if (!isOfExperiment(elements[last], false)) {
          return false;
        }
      }
      experiment |= isOfExperiment(element, false);
    }
    return experiment;
  }

  /** {@code (us)?cms}, as an account {@code (us)?cms\d*}. */
  private static boolean isOfExperiment(String element, boolean account) {
    int from = element.startsWith("us") ? 2 : 0;
    int after = from + 3;
    return element.startsWith("cms", from)
        && (after == element.length() || (account && isCounter(element, after, element.length())));
  }

  /** The text with one slash wherever there are several. */
  static String singleSlashes(String text) {
    return text.contains("//") ? text.replaceAll("/{2,}", "/") : text;
  }

  /** {@code [A-Z](?:|[A-Z0-9-]*[A-Z0-9])}. */
  static boolean isTier(String text) {
    if (text.isEmpty() || !isCapital(text.charAt(0)) || text.endsWith("-")) {
      return false;
    }
    for (int i = 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isCapital(c) && !isDigit(c) && c != '-') {
        return false;
      }
    }
    return true;
  }

  /** {@code .+-v\d+}. */
  static boolean isVersioned(String text) {
    int digits = text.length();
    while (digits > 0 && isDigit(text.charAt(digits - 1))) {
      digits--;
    }
    int before = digits - 2;
    if (digits == text.length() || before < 1 || !text.startsWith("-v", before)) {
      return false;
    }
    for (int i = 0; i < before; i++) {
      if (LINE_ENDS.indexOf(text.charAt(i)) >= 0) {
        return false;
      }
    }
    return true;
  }

  /** {@code \d+} of a part of a text. */
  static boolean isCounter(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    return from < to;
  }

  private static boolean isCapital(char c) {
    return c >= 'A' && c <= 'Z';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
