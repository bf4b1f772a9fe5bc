// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.List;

/**
 * The text of a cell: what positions in messages refer to.
 *
 * @param label such as {@code Cell 3}
 * @param text the Java of the cell, magics replaced
 * @param written the cell as the user wrote it, with the same lines
 */
public record CellText(String label, String text, String written) {

  /** A text that is all Java. */
  public CellText(String label, String text) {
    this(label, text, text);
  }

  /** Whether the user has written magics in this cell. */
  boolean hasMagics() {
    return !text.equals(written);
  }

  /** Line of a character offset, from 1. */
  public int lineOf(int offset) {
    int end = Math.min(Math.max(offset, 0), text.length());
    return 1 + (int) text.substring(0, end).chars().filter(c -> c == '\n').count();
  }

  /** Column of a character offset, from 0. */
  public int columnOf(int offset) {
    int end = Math.min(Math.max(offset, 0), text.length());
    return end - 1 - text.lastIndexOf('\n', end - 1);
  }

  /** Text of a line, without its end; empty beyond the last line. */
  public String line(int number) {
    List<String> lines = written.lines().toList();
    return number >= 1 && number <= lines.size() ? lines.get(number - 1) : "";
  }
}
