// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.magic;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits the rest of a magic line into arguments, as a POSIX shell does: white space separates,
 * {@code '...'} keeps everything, {@code "..."} keeps everything but {@code \"} and {@code \\}.
 * Outside quotes a backslash is a character like any other.
 */
public final class MagicArguments {

  private MagicArguments() {}

  /**
   * Splits.
   *
   * @throws MagicUsageException if a quote is not closed
   */
  public static List<String> split(String line) throws MagicUsageException {
    List<String> arguments = new ArrayList<>();
    StringBuilder current = new StringBuilder();
    boolean begun = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"' || c == '\'') {
        i = quoted(line, i, current);
        begun = true;
      } else if (!Character.isWhitespace(c)) {
        current.append(c);
        begun = true;
      } else if (begun) {
        arguments.add(current.toString());
        current.setLength(0);
        begun = false;
      }
    }
    if (begun) {
      arguments.add(current.toString());
    }
    return arguments;
  }

  /** Appends what is quoted from {@code open} on; returns the position of the closing quote. */
  private static int quoted(String line, int open, StringBuilder into) throws MagicUsageException {
    char quote = line.charAt(open);
    for (int i = open + 1; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == quote) {
        return i;
      }
      boolean escape = quote == '"' && c == '\\' && i + 1 < line.length();
      if (escape && (line.charAt(i + 1) == '"' || line.charAt(i + 1) == '\\')) {
        i++;
      }
      into.append(line.charAt(i));
    }
    throw new MagicUsageException(
        "the quote "
            + quote
            + " in column "
            + (open + 1)
            + " of the arguments is not closed: "
            + line);
  }
}
