// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.magic;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * Walks over Java text, one token at a time, and knows what stands before: enough to tell where a
 * statement may begin and where an expression has ended, whether or not the text is valid.
 */
final class JavaTokens {

  private static final Set<String> CONTROL = Set.of("if", "for", "while");
  private static final Set<String> BEFORE_STATEMENT = Set.of("else", "do");

  private final String text;
  private final Deque<Boolean> open = new ArrayDeque<>();
  private int at;
  private int braces;
  private char previous = ';';
  private char beforePrevious = ' ';
  private String word = "";
  private boolean afterControl;
  private boolean codeOnLine;

  JavaTokens(String text, int begin) {
    this.text = text;
    this.at = begin;
  }

  /** Position of the next token. */
  int at() {
    return at;
  }

  boolean ended() {
    return at >= text.length();
  }

  /** The character at the position. */
  char next() {
    return text.charAt(at);
  }

  int braces() {
    return braces;
  }

  /** Whether the position is inside parentheses or square brackets. */
  boolean inParentheses() {
    return !open.isEmpty();
  }

  /** Whether only white space and comments precede on the line. */
  boolean beginsLine() {
    return !codeOnLine;
  }

  /** Whether a statement may begin, and nothing else. */
  boolean beginsStatement() {
    return open.isEmpty() && (previous == ';' || previous == '{' || previous == '}');
  }

  /** Whether the statement belongs to an {@code if}, a loop or a {@code case} before it. */
  boolean beginsPart() {
    return afterControl || BEFORE_STATEMENT.contains(word) || isArrow() || previous == ':';
  }

  /** Whether a value must follow, as after {@code =}. */
  boolean wantsValue() {
    return previous == '=' || isArrow() || word.equals("return");
  }

  /** Whether an expression may have ended. */
  boolean endsExpression() {
    boolean step = (previous == '+' || previous == '-') && beforePrevious == previous;
    return step || Character.isJavaIdentifierPart(previous) || ")]\"'".indexOf(previous) >= 0;
  }

  /** Whether the last token was a semicolon, an opening brace or nothing. */
  boolean afterSemicolonOrBrace() {
    return previous == ';' || previous == '{';
  }

  private boolean isArrow() {
    return previous == '>' && beforePrevious == '-';
  }

  /** Goes to a position behind which a new statement begins, as after a magic. */
  void skipTo(int position) {
    at = position;
    see(';');
    word = "";
    codeOnLine = true;
  }

  /** Goes over one token: a comment, a literal, a word, or one character. */
  void step() {
    char c = text.charAt(at);
    if (c == '\n' || c == '\r') {
      codeOnLine = false;
      at++;
    } else if (Character.isWhitespace(c)) {
      at++;
    } else if (text.startsWith("//", at)) {
      at = endOfLine(text, at);
    } else if (text.startsWith("/*", at)) {
      int end = endOfComment(text, at);
      codeOnLine &= text.substring(at, end).indexOf('\n') < 0;
      at = end;
    } else {
      codeOnLine = true;
      code(c);
    }
  }

  private void code(char c) {
    String before = word;
    word = "";
    boolean control = false;
    int end = at + 1;
    switch (c) {
      case '(', '[' -> open.push(c == '(' && CONTROL.contains(before));
      case ')', ']' -> control = !open.isEmpty() && open.pop();
      case '{' -> braces++;
      case '}' -> braces--;
      case '"', '\'' -> end = endOfLiteral(c);
      default -> {
        if (Character.isJavaIdentifierPart(c)) {
          end = endOfWord();
          word = text.substring(at, end);
        }
      }
    }
    afterControl = control;
    see(text.charAt(end - 1));
    at = end;
  }

  private void see(char c) {
    beforePrevious = previous;
    previous = c;
    if (c == ';') {
      afterControl = false;
    }
  }

  private int endOfWord() {
    int end = at;
    while (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private int endOfLiteral(char quote) {
    boolean block = text.startsWith("\"\"\"", at);
    String close = block ? "\"\"\"" : String.valueOf(quote);
    for (int i = at + close.length(); i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (text.startsWith(close, i)) {
        return i + close.length();
      } else if (c == '\n' && !block) {
        return i;
      }
    }
    return text.length();
  }

  /** End of the line that holds a position, before its line break. */
  static int endOfLine(String text, int from) {
    int end = from;
    while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
      end++;
    }
    return end;
  }

  /** End of the block comment that begins at a position; of the text if it is not closed. */
  static int endOfComment(String text, int from) {
    int close = text.indexOf("*/", from + 2);
    return close < 0 ? text.length() : close + 2;
  }
}
