// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells by its tokens which words a piece of Java uses without giving them a value itself. A word
 * that is declared is the code's own; one that is assigned is so from the end of the statement on.
 */
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

  private final Set<String> used = new HashSet<>();
  private final Set<String> declared = new HashSet<>();
  private final Set<String> assigned = new HashSet<>();
  private final Set<String> beingAssigned = new HashSet<>();

  private Words() {}

  /**
   * Those of the words that the code uses as variables and neither declares nor has assigned
   * before.
   *
   * @param java Java source
   * @param words the words looked for
   */
  static Set<String> used(String java, Set<String> words) {
    Words found = new Words();
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
        found.note(word, before, beforeIsWord, token);
        before = word;
        beforeIsWord = true;
        word = null;
      }
      if (token.equals(";")) {
        found.endStatement();
      }
      if (matcher.group(1) != null && words.contains(token)) {
        word = token;
      } else {
        before = token;
        beforeIsWord = matcher.group(1) != null;
      }
    }
    if (word != null) {
      found.note(word, before, beforeIsWord, ";");
    }
    found.used.removeAll(found.declared);
    return found.used;
  }

  private void endStatement() {
    assigned.addAll(beingAssigned);
    beingAssigned.clear();
  }

  private void note(String word, String before, boolean beforeIsWord, String after) {
    if (before.equals(".") || before.equals("::") || after.equals("(")) {
      return;
    }
    boolean afterType =
        (beforeIsWord && !BEFORE_USE.contains(before)) || before.equals(">") || before.equals("]");
    boolean declares = afterType && "=;,):".contains(after);
    boolean assigns = after.equals("=");
    if (declares || after.equals("->") || (assigns && before.equals(","))) {
      declared.add(word);
    } else if (assigns) {
      beingAssigned.add(word);
    } else if (!assigned.contains(word)) {
      used.add(word);
    }
  }
}
