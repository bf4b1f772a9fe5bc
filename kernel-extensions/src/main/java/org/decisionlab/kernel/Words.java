// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells by its tokens which words a piece of Java uses without giving them a value itself. */
final class Words {

  private static final Pattern TOKEN =
      Pattern.compile(
          "//[^\\n]*|/\\*.*?(?:\\*/|\\z)"
              + "|\"\"\"[^\\\\\"]*+(?:(?:\\\\.|\"(?!\"\"))[^\\\\\"]*+)*+(?:\"\"\"|\\z)"
              + "|\"[^\\\\\"\\n]*+(?:\\\\.[^\\\\\"\\n]*+)*+\"?"
              + "|'[^\\\\'\\n]*+(?:\\\\.[^\\\\'\\n]*+)*+'?"
              + "|(\\p{javaJavaIdentifierStart}\\p{javaJavaIdentifierPart}*+)"
              + "|->|::|==|\\S",
          Pattern.DOTALL);

  /** After these a word is used, not declared. */
  private static final Set<String> BEFORE_USE =
      Set.of("return", "new", "else", "throw", "case", "yield", "instanceof", "assert", "do", "in");

  private Words() {}

  /**
   * Those of the words that the code uses as variables and neither declares nor assigns.
   *
   * @param java Java source
   * @param words the words looked for
   */
  static Set<String> used(String java, Set<String> words) {
    Set<String> used = new HashSet<>();
    Set<String> given = new HashSet<>();
    Matcher matcher = TOKEN.matcher(java);
    String before = ";";
    boolean beforeIsWord = false;
    String word = null;
    while (matcher.find()) {
      String token = matcher.group();
      if (token.startsWith("//") || token.startsWith("/*")) {
        continue;
      }
      if (word != null) {
        note(word, before, beforeIsWord, token, used, given);
        before = word;
        beforeIsWord = true;
        word = null;
      }
      if (matcher.group(1) != null && words.contains(token)) {
        word = token;
      } else {
        before = token;
        beforeIsWord = matcher.group(1) != null;
      }
    }
    if (word != null) {
      note(word, before, beforeIsWord, ";", used, given);
    }
    used.removeAll(given);
    return used;
  }

  private static void note(
      String word,
      String before,
      boolean beforeIsWord,
      String after,
      Set<String> used,
      Set<String> given) {
    if (before.equals(".") || before.equals("::") || after.equals("(")) {
      return;
    }
    boolean afterType =
        (beforeIsWord && !BEFORE_USE.contains(before)) || before.equals(">") || before.equals("]");
    boolean declares = afterType && "=;,):".contains(after);
    if (declares || after.equals("=") || after.equals("->")) {
      given.add(word);
    } else {
      used.add(word);
    }
  }
}
