// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.magic;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits the rest of a magic line into arguments, as a POSIX shell does: white space separates,
 * {@code '...'} keeps everything, {@code "..."} keeps everything but {@code \"}, {@code \\} and
 * {@code \$}. {@code ${expression}} is one piece, whatever it holds, except in single quotes, where
 * it is text. Outside quotes a backslash is a character like any other.
 */
public final class MagicArguments {

  private final String line;
  private final List<Template> arguments = new ArrayList<>();
  private final List<Template.Part> parts = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private int at;
  private boolean begun;

  private MagicArguments(String line) {
    this.line = line;
  }

  /**
   * Splits.
   *
   * @throws MagicUsageException if a quote or an expression is not closed
   */
  public static List<Template> split(String line) throws MagicUsageException {
    return new MagicArguments(line).all();
  }

  private List<Template> all() throws MagicUsageException {
    while (at < line.length()) {
      char c = line.charAt(at);
      if (Character.isWhitespace(c)) {
        end();
        at++;
        continue;
      }
      begun = true;
      if (c == '\'' || c == '"') {
        quoted(c);
      } else if (!value()) {
        text.append(c);
        at++;
      }
    }
    end();
    return arguments;
  }

  private void quoted(char quote) throws MagicUsageException {
    int open = at;
    at++;
    while (at < line.length()) {
      char c = line.charAt(at);
      if (c == quote) {
        at++;
        return;
      }
      if (quote == '"' && value()) {
        continue;
      }
      if (quote == '"' && isEscape()) {
        at++;
      }
      text.append(line.charAt(at));
      at++;
    }
    throw new MagicUsageException(
        "the quote "
            + quote
            + " in column "
            + (open + 1)
            + " of the arguments is not closed: "
            + line);
  }

  private boolean isEscape() {
    return line.charAt(at) == '\\'
        && at + 1 < line.length()
        && "\"\\$".indexOf(line.charAt(at + 1)) >= 0;
  }

  /** Takes an expression that begins here; returns whether one does. */
  private boolean value() throws MagicUsageException {
    if (!line.startsWith("${", at)) {
      return false;
    }
    Template.Value value = Template.valueAt(line, at);
    endText();
    parts.add(value);
    at += value.expression().length() + "${}".length();
    return true;
  }

  private void end() {
    if (!begun) {
      return;
    }
    endText();
    arguments.add(new Template(parts));
    parts.clear();
    begun = false;
  }

  private void endText() {
    if (!text.isEmpty()) {
      parts.add(new Template.Text(text.toString()));
      text.setLength(0);
    }
  }
}
