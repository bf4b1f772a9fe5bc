// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.assist;

import java.util.OptionalInt;

/** Finds the string literal that is being typed. */
final class OpenString {

  private static final String TEXT_BLOCK = "\"\"\"";

  private OpenString() {}

  /** Where the text of a {@code "..."} literal begins in which the code ends, if it does. */
  static OptionalInt of(String code) {
    int at = 0;
    while (at < code.length()) {
      char c = code.charAt(at);
      if (code.startsWith(TEXT_BLOCK, at)) {
        at = endOfLiteral(code, at, TEXT_BLOCK);
      } else if (c == '"' || c == '\'') {
        int end = endOfLiteral(code, at, String.valueOf(c));
        boolean open = end > code.length();
        if (open && c == '"') {
          return OptionalInt.of(at + 1);
        }
        at = end;
      } else if (code.startsWith("//", at)) {
        at = after(code, "\n", at);
      } else if (code.startsWith("/*", at)) {
        at = after(code, "*/", at + 2);
      } else {
        at++;
      }
    }
    return OptionalInt.empty();
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
