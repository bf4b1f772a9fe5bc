// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.cell;

import java.io.PrintStream;
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

  /** Standard output of the cell, UTF-8. */
  PrintStream out();

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

  /** Whether the user has asked this cell to stop. */
  boolean interrupted();
}
