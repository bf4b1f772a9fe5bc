// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.bench;

import java.io.PrintStream;
import java.util.Locale;

/** Prints what was measured, a line of JSON for each number, as soon as it is known. */
public final class Figures {

  /** The side of every row that is the product. */
  public static final String OURS = "decisionlab";

  private final PrintStream out;

  /** Prints there. */
  public Figures(PrintStream out) {
    this.out = out;
  }

  /**
   * One value of one side of a row, in the row's unit; called once for each repetition.
   *
   * @throws IllegalArgumentException when the value is no number
   */
  public void value(String row, String side, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(row + ", " + side + ": " + value + " is no measurement");
    }
    print(row, side, "value", String.format(Locale.ROOT, "%.9g", value));
  }

  /** What went wrong on one side of a row. */
  public void trouble(String row, String side, String what) {
    print(row, side, "trouble", quoted(what));
  }

  /** A remark to a row. */
  public void note(String row, String what) {
    print(row, "", "note", quoted(what));
  }

  private void print(String row, String side, String kind, String value) {
    out.println(
        "{\"row\":"
            + quoted(row)
            + ",\"side\":"
            + quoted(side)
            + ",\""
            + kind
            + "\":"
            + value
            + "}");
    out.flush();
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char letter = text.charAt(i);
      if (letter == '"' || letter == '\\') {
        quoted.append('\\').append(letter);
      } else if (letter < ' ') {
        quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) letter));
      } else {
        quoted.append(letter);
      }
    }
    return quoted.append('"').toString();
  }
}
