// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.cell;

import java.util.regex.Pattern;

/**
 * Tells what must not be shown or kept: values whose names say so, and what looks like a login or a
 * token wherever it stands. One list for the history and for all magics.
 */
public final class Secrets {

  /** Stands where a secret was. */
  public static final String MASK = "(hidden)";

  private static final String KINDS =
      "secret|passw|passphrase|token|credential|bearer|authori[sz]ation|cookie"
          + "|(?:access|api|private|secret|signing|account)[._-]?key";
  private static final Pattern NAME =
      Pattern.compile(
          "(?i)" + KINDS + "|(?<![a-z])(?:pwd|auth|private)(?![a-z])|key$|[._-]key[._-]");

  /** A name that tells of a secret, within a text; looked for at the beginnings of words only. */
  private static final String WORD = "(?<![\\w.-])[\\w.-]*(?:" + KINDS + ")[\\w.-]*";

  private static final String VALUE = "(?:\"[^\"\\n]*\"|'[^'\\n]*'|[^\\s\"',;&]+)";

  private static final Pattern ASSIGNED =
      Pattern.compile(
          "(?i)(" + WORD + "[\"']?[ \\t]*[=:][ \\t]*(?:bearer[ \\t]+|basic[ \\t]+)?)" + VALUE);
  private static final Pattern BEARER = Pattern.compile("(?i)(\\bbearer[ \\t]+)[^\\s\"',;]+");
  private static final Pattern TOKEN = Pattern.compile("\\beyJ[\\w-]{6,}\\.[\\w-]+\\.[\\w-]*");
  private static final Pattern LOGIN = Pattern.compile("(?<=://)[^/@\\s\"']+@");

  private static final Pattern ENVIRONMENT =
      Pattern.compile("(?m)((?<![\\w%])%env[ \\t]+[\\w.-]+[ \\t]*[= \\t])[ \\t]*\\S.*$");
  private static final Pattern OF_MAGIC =
      Pattern.compile("(?im)((?:^|=)[ \\t]*%.*?" + WORD + "(?:[ \\t]*[=:][ \\t]*|[ \\t]+))\\S.*$");
  private static final Pattern NAMED = Pattern.compile("(?i)" + KINDS);

  private Secrets() {}

  /** Whether the value of a variable or setting of this name is a secret. */
  public static boolean isSecret(String name) {
    return NAME.matcher(name).find();
  }

  /** Whether a text names something whose value is a secret. */
  public static boolean isNamedIn(String text) {
    return NAMED.matcher(text).find();
  }

  /** Whether a text holds what looks like a login or a token. */
  public static boolean isIn(String text) {
    return !shownValue(text).equals(text);
  }

  /** The value of a variable or setting as it may be shown. */
  public static String shown(String name, String value) {
    return isSecret(name) ? MASK : shownValue(value);
  }

  /** A text as it may be shown: without logins, tokens, and what is assigned to a secret's name. */
  public static String shownText(String text) {
    return shownValue(ASSIGNED.matcher(text).replaceAll("$1" + MASK));
  }

  /** A value, whatever its name, without logins and tokens. */
  private static String shownValue(String value) {
    String text = LOGIN.matcher(value).replaceAll(MASK + "@");
    text = TOKEN.matcher(text).replaceAll(MASK);
    return BEARER.matcher(text).replaceAll("$1" + MASK);
  }

  /**
   * A cell as it may be kept: without the values that its magics set in the environment, what
   * follows a flag or a setting that is named as a secret, and what looks like a login or a token;
   * of a cell magic's body, which is not Java, also without what is assigned to such a name.
   */
  public static String removed(String cell) {
    String text = ENVIRONMENT.matcher(cell).replaceAll("$1***");
    text = OF_MAGIC.matcher(text).replaceAll("$1***");
    return isCellMagic(cell) ? shownText(text) : shownValue(text);
  }

  private static boolean isCellMagic(String cell) {
    return cell.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("//"))
        .findFirst()
        .filter(line -> line.startsWith("%%"))
        .isPresent();
  }
}
