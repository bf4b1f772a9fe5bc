// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.cell;

import java.io.IOException;
import java.io.PrintStream;
import java.util.function.Supplier;
import org.decisionlab.kernel.display.DisplayLimits;

/**
 * One run of one cell, as seen by the code that it calls. It stays usable after the cell has ended:
 * a listener thread may still update a display of the cell that started it.
 */
public interface CellContext {

  /** Execution count of the cell, from 1; 0 before the first cell. */
  int number();

  /** What the user reads in traces and job descriptions, such as {@code Cell 3}. */
  String label();

  /** Message id of the request that this run answers; output names it as its cause. */
  String requestId();

  /** Standard output of the cell, UTF-8. */
  PrintStream out();

  /** Standard error of the cell, UTF-8: where what the user should know is told. */
  PrintStream err();

  /**
   * Shows a value under the cell.
   *
   * @param value any object, or a bundle of MIME data
   * @return the handle by which it can be replaced
   */
  DisplayHandle display(Object value);

  /**
   * Shows a value under the cell, more or less of it than usual.
   *
   * @param value any object
   * @param limits how much of it is shown
   * @return the handle by which it can be replaced
   */
  DisplayHandle display(Object value, DisplayLimits limits);

  /**
   * Removes what the cell has shown so far.
   *
   * @param wait whether to remove it only when the next output comes
   */
  void clearOutput(boolean wait);

  /**
   * An object that belongs to this run of the cell, such as its progress display.
   *
   * @param type its type; a run has one object of each type
   * @param make makes it when it is first asked for
   */
  <T> T companion(Class<T> type, Supplier<? extends T> make);

  /**
   * Asks the user for a line, and waits for it.
   *
   * @param prompt shown before it
   * @param hidden whether what is typed is not shown, such as a password
   * @return the line without its end
   * @throws IOException if the front end does not offer input
   * @throws InterruptedException if the cell is stopped meanwhile
   */
  String input(String prompt, boolean hidden) throws IOException, InterruptedException;

  /** Whether this run is over; its listeners are told of that, or have been. */
  boolean ended();

  /** Whether the user has asked this cell to stop. */
  boolean interrupted();

  /**
   * Offers the front end code for a cell, when this one has ended well.
   *
   * @param code the code
   * @param replace whether it is put in place of this cell, or into a new one below it
   */
  void setNextInput(String code, boolean replace);
}
