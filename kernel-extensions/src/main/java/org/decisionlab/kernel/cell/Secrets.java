// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.cell;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells what must not be shown or kept: values whose names say so, and what looks like a login or a
 * token wherever it stands. One list for the history and for all magics.
 */
public final class Secrets {

  /** Stands where a secret was. */
  public static final String MASK = "(hidden)";

  /** Parts of names that tell of a secret wherever they stand in the name. */
  private static final String PARTS =
      "secret|passw|passphrase|token|credential|bearer|oauth|authori[sz]ation|cookie"
          + "|(?:access|api|private|secret|signing|account)[._-]?key|device[._-]?code|authz"
          + "|delegation";

  /** The same with those that do so as whole words of the name only. */
  private static final String KINDS = PARTS + "|(?<![a-z])(?:pwd|auth|private)(?![a-z])";

  /** The same with keys of any kind: what names of settings and variables tell. */
  private static final String SETTINGS = KINDS + "|\\w[._-]key(?![a-z])";

  private static final Pattern NAME = Pattern.compile("(?i)" + SETTINGS + "|key$");

  /** Within Java, where {@code private} is a word of the language. */
  private static final Pattern NAMED = Pattern.compile("(?i)(?!private\\s)(?:" + SETTINGS + ")");

  /** The name of the folder that a process works in. */
  private static final String FOLDER = "PWD";

  /** Names within a text are looked for at the beginnings of words only. */
  private static final String BEGIN = "(?<![\\w.-])[\\w.-]*(?:";

  private static final String END = ")[\\w.-]*";

  /** Of keys without a kind, those in capitals only: others are keys of tables. */
  private static final String WORD = BEGIN + KINDS + "|(?-i:[A-Z0-9]_KEY(?![A-Za-z]))" + END;

  private static final String QUOTED = "\"[^\"\\n]*\"|'[^'\\n]*'";
  private static final String VALUE = "(?:" + QUOTED + "|[^\\s\"',;]+)";

  /** In the query of an address, after a name, or after a flag. */
  private static final Pattern ASSIGNED =
      Pattern.compile(
          "(?i)(?:((?<=[?&])"
              + WORD
              + "=)[^\\s\"'&#]+|("
              + WORD
              + "[\"']?[ \\t]*[=:]{1,2}+[ \\t]*(?:bearer[ \\t]+|basic[ \\t]+)?)"
              + VALUE
              + "|((?=-)"
              + WORD
              + "[ \\t]+(?!-))"
              + VALUE
              + ")");

  /** Not the type of a variable: a token is long, and no sign of Java comes after it. */
  private static final Pattern BEARER =
      Pattern.compile("(?i)(\\bbearer[ \\t]+)[\\w.~+/=-]{16,}+(?![ \\t]*[=(){;])");

  private static final Pattern TOKEN = Pattern.compile("\\beyJ[\\w-]{6,}\\.[\\w-]+\\.[\\w-]*");

  /** A name with a password; on the web also one without, which may be a token. */
  private static final Pattern LOGIN =
      Pattern.compile("(?i)(?<=://)[^/@\\s\"':]*:[^/@\\s\"']+@|(?<=https?://)[^/@\\s\"']+@");

  /** What stands before a magic on its line, where it does not begin it. */
  private static final Pattern BEFORE_MAGIC = Pattern.compile("(?:=|->|\\breturn)$");

  /** Of a magic, what stands before the value that it sets in the environment, or of a secret. */
  private static final Pattern OF_MAGIC =
      Pattern.compile(
          "(?i).*?(?:(?<![\\w%])%env[ \\t]+[\\w.-]+(?:[ \\t]*=|[ \\t])|"
              + BEGIN
              + SETTINGS
              + END
              + "(?:[ \\t]*[=:]|[ \\t]))[ \\t]*(?=\\S)");

  /** A cell magic, but for those whose body is Java. */
  private static final Pattern OTHER_LANGUAGE = Pattern.compile("%%(?!time(?:it)?\\b)");

  private Secrets() {}

  /** Whether the value of a variable or setting of this name is a secret. */
  public static boolean isSecret(String name) {
    return !name.equals(FOLDER) && NAME.matcher(name).find();
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

  /**
   * A text as it may be shown: without logins, tokens, and what is assigned to a secret's name or
   * follows a flag of such a name.
   */
  public static String shownText(String text) {
    return shownValue(ASSIGNED.matcher(text).replaceAll("$1$2$3" + MASK));
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
   * of a cell magic's body that is not Java, also without what is assigned to such a name.
   */
  public static String removed(String cell) {
    String text = withoutValuesOfMagics(cell);
    return isOtherLanguage(cell) ? shownText(text) : shownValue(text);
  }

  private static String withoutValuesOfMagics(String cell) {
    StringBuilder text = new StringBuilder();
    int line = 0;
    while (line < cell.length()) {
      int next = cell.indexOf('\n', line) + 1;
      int end = next == 0 ? cell.length() : next - 1;
      int magic = magicOf(cell, line, end);
      Matcher set = OF_MAGIC.matcher(cell).region(magic, end).useTransparentBounds(true);
      if (set.lookingAt()) {
        text.append(cell, line, set.end()).append("***");
      } else {
        text.append(cell, line, end);
      }
      text.append(next == 0 ? "" : "\n");
      line = next == 0 ? cell.length() : next;
    }
    return text.toString();
  }

  /** Where the magic of a line begins, in none of its strings; the end where it has none. */
  private static int magicOf(String cell, int line, int end) {
    char quote = 0;
    for (int i = line; i < end; i++) {
      char c = cell.charAt(i);
      if (quote != 0 && c == '\\') {
        i++;
      } else if (c == quote) {
        quote = 0;
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (quote == 0 && c == '%' && mayBeginMagic(cell, line, i, end)) {
        return i;
      }
    }
    return end;
  }

  private static boolean mayBeginMagic(String cell, int line, int at, int end) {
    int name = cell.startsWith("%%", at) ? at + 2 : at + 1;
    int before = at;
    while (before > line && Character.isWhitespace(cell.charAt(before - 1))) {
      before--;
    }
    return name < end
        && Character.isJavaIdentifierStart(cell.charAt(name))
        && (before == line
            || BEFORE_MAGIC
                .matcher(cell)
                .region(Math.max(line, before - "return".length() - 1), before)
                .find());
  }

  /** Whether the first that is no comment is a cell magic whose body is not Java. */
  private static boolean isOtherLanguage(String cell) {
    int at = 0;
    while (at < cell.length()) {
      if (Character.isWhitespace(cell.charAt(at))) {
        at++;
      } else if (cell.startsWith("//", at)) {
        at = after(cell, "\n", at);
      } else if (cell.startsWith("/*", at)) {
        at = after(cell, "*/", at + 2);
      } else {
        break;
      }
    }
    return OTHER_LANGUAGE.matcher(cell).region(at, cell.length()).lookingAt();
  }

  private static int after(String cell, String end, int from) {
    int found = cell.indexOf(end, from);
    return found < 0 ? cell.length() : found + end.length();
  }
}
