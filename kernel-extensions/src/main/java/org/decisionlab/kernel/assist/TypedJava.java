// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.assist;

import java.util.OptionalInt;

/**
 * Where Java ends that is still being typed.
 *
 * @param openString where the text of a {@code "..."} literal begins that is not closed
 * @param inTextBlock whether a text block is not closed
 * @param inComment whether the end stands in a comment
 * @param depth brackets of all kinds that are not closed
 */
record TypedJava(OptionalInt openString, boolean inTextBlock, boolean inComment, int depth) {

  private static final String TEXT_BLOCK = "\"\"\"";
  private static final String INDENT = "    ";

  /** Reads the code up to the place where it ends. */
  static TypedJava of(String code) {
    int depth = 0;
    int at = 0;
    boolean comment = false;
    while (at < code.length()) {
      char c = code.charAt(at);
      boolean block = code.startsWith(TEXT_BLOCK, at);
      if (block || c == '"' || c == '\'') {
        int end = endOfLiteral(code, at, block ? TEXT_BLOCK : String.valueOf(c));
        if (end > code.length()) {
          boolean string = !block && c == '"';
          return new TypedJava(
              string ? OptionalInt.of(at + 1) : OptionalInt.empty(), block, false, depth);
        }
        at = end;
      } else if (code.startsWith("//", at)) {
        at = after(code, "\n", at);
        comment = at == code.length() && !code.endsWith("\n");
      } else if (code.startsWith("/*", at)) {
        at = after(code, "*/", at + 2);
        comment = at == code.length() && !code.endsWith("*/");
      } else {
        depth = Math.max(0, depth + ("({[".indexOf(c) >= 0 ? 1 : ")}]".indexOf(c) >= 0 ? -1 : 0));
        at++;
      }
    }
    return new TypedJava(OptionalInt.empty(), false, comment, depth);
  }

  /** Whether words at the end are no Java. */
  boolean inText() {
    return inTextBlock || inComment;
  }

  /** White space with which the next line should begin. */
  String indent(String code) {
    if (!inTextBlock) {
      return INDENT.repeat(depth);
    }
    String last = code.substring(code.lastIndexOf('\n') + 1);
    return last.substring(0, last.length() - last.stripLeading().length());
  }

  /** Position after a literal; beyond the end of the code if that comes first. */
  private static int endOfLiteral(String code, int begin, String quote) {
    for (int i = begin + quote.length(); i < code.length(); i++) {
      char c = code.charAt(i);
      if (c == '\\') {
        i++;
      } else if (code.startsWith(quote, i)) {
        return i + quote.length();
      } else if (c == '\n' && quote.length() == 1) {
        return i;
      }
    }
    return code.length() + 1;
  }

  private static int after(String code, String mark, int from) {
    int found = code.indexOf(mark, from);
    return found < 0 ? code.length() : found + mark.length();
  }
}
