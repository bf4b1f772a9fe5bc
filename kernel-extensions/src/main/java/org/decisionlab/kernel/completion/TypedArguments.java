// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.completion;

import java.util.ArrayList;
import java.util.List;

/**
 * The arguments of a magic up to the cursor, split as those of a whole line are, but with a last
 * word that is still being typed and a quote that may be open.
 *
 * @param words the words before the one at the cursor
 * @param current the word at the cursor as far as it is typed, without quotes
 * @param start where that word begins in the line, its quote included
 * @param quote the open quote, or 0
 */
public record TypedArguments(List<String> words, String current, int start, char quote) {

  public TypedArguments {
    words = List.copyOf(words);
  }

  /** Splits the part of a line that stands before the cursor. */
  public static TypedArguments of(String typed) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    char quote = 0;
    int start = -1;
    for (int i = 0; i < typed.length(); i++) {
      char c = typed.charAt(i);
      if (quote == 0 && Character.isWhitespace(c)) {
        if (start >= 0) {
          words.add(word.toString());
          word.setLength(0);
          start = -1;
        }
        continue;
      }
      start = start < 0 ? i : start;
      if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      } else if (quote == '"' && escapes(typed, i)) {
        word.append(typed.charAt(++i));
      } else {
        word.append(c);
      }
    }
    return new TypedArguments(words, word.toString(), start < 0 ? typed.length() : start, quote);
  }

  /** A word as it must be written to be one argument, in the quotes the user has begun. */
  public String quoted(String text) {
    boolean plain = text.chars().noneMatch(c -> Character.isWhitespace(c) || c == '"' || c == '\'');
    if (plain && quote == 0) {
      return text;
    }
    boolean single = quote == '\'' || (quote == 0 && text.indexOf('\'') < 0);
    if (single && text.indexOf('\'') < 0) {
      return "'" + text + "'";
    }
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static boolean escapes(String typed, int at) {
    return typed.charAt(at) == '\\'
        && at + 1 < typed.length()
        && (typed.charAt(at + 1) == '"' || typed.charAt(at + 1) == '\\');
  }
}
