// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.List;
import org.decisionlab.kernel.cell.FramedCode;

/**
 * The text of a cell: what positions in messages refer to.
 *
 * @param label such as {@code Cell 3}
 * @param text the Java of the cell, magics replaced
 * @param written the cell as the user wrote it, with the same lines
 * @param added what of the text the user has not written
 */
public record CellText(String label, String text, String written, Added added) {

  /**
   * Words in a text that its user has not written; they have no place of their own in messages.
   *
   * @param begin where they begin, in a line
   * @param end where they end, in the same line
   * @param last where the user's words end; all after it is added, too
   */
  public record Added(int begin, int end, int last) {

    /** Nothing is added. */
    static final Added NONE = new Added(0, 0, Integer.MAX_VALUE);
  }

  /** A text that is all Java. */
  public CellText(String label, String text) {
    this(label, text, text, Added.NONE);
  }

  /**
   * Code of a cell in its frame; all else of the cell is blank.
   *
   * @param label such as {@code Cell 3}
   * @param written the cell as the user wrote it
   * @param at where the code stands in it
   * @param framed the code and its frame
   */
  public static CellText framed(String label, String written, int at, FramedCode framed) {
    String blanks = written.substring(0, at).replaceAll("[^\\r\\n]", " ");
    // A line of the user's stays a line of its own: a magic in it begins the line.
    int begin = blanks.endsWith("\n") ? at - 1 : at;
    String head = blanks.substring(0, begin) + framed.before() + blanks.substring(begin);
    int last = head.length() + framed.code().length();
    Added added = new Added(begin, begin + framed.before().length(), last);
    return new CellText(label, head + framed.code() + framed.after(), written, added);
  }

  /** The same place of the same cell, magics replaced. */
  public CellText withJava(String java) {
    return new CellText(label, java, written, added);
  }

  /** Whether the user has written magics in this cell. */
  boolean hasMagics() {
    return !text.equals(written);
  }

  /** Line of a character offset, from 1. */
  public int lineOf(int offset) {
    int end = place(offset);
    return 1 + (int) text.substring(0, end).chars().filter(c -> c == '\n').count();
  }

  /** Column of a character offset, from 0. */
  public int columnOf(int offset) {
    int end = place(offset);
    int line = text.lastIndexOf('\n', end - 1) + 1;
    if (line > added.begin || end <= added.begin) {
      return end - line;
    }
    return Math.max(added.begin, end - (added.end - added.begin)) - line;
  }

  private int place(int offset) {
    return Math.min(Math.max(offset, 0), Math.min(text.length(), added.last));
  }

  /** Text of a line, without its end; empty beyond the last line. */
  public String line(int number) {
    List<String> lines = written.lines().toList();
    return number >= 1 && number <= lines.size() ? lines.get(number - 1) : "";
  }
}
