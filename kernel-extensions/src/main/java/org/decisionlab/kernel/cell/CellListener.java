// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.cell;

import java.nio.file.Path;
import java.util.List;

/**
 * Hears of the life of every cell. What a listener throws is logged and does not disturb the cell.
 */
public interface CellListener {

  /** Called on the cell thread before the first statement of a cell. */
  default void cellStarted(CellContext cell) {}

  /** Called on the cell thread after the last statement of a cell, whatever its outcome. */
  default void cellEnded(CellContext cell) {}

  /**
   * Called when the user asks a running cell to stop, on a thread that is not the cell's. The cell
   * thread has been interrupted already; here jobs of the cell are cancelled.
   */
  default void cellInterrupted(CellContext cell) {}

  /**
   * Called on the cell thread when jars have been added to the class path of the cells. Jars added
   * before the listener was are not told again: {@link KernelScope#addedJars} has them.
   *
   * @param jars absolute paths, in their order
   */
  default void jarsAdded(List<Path> jars) {}

  /** Called on the cell thread when all that cells have declared has been forgotten. */
  default void declarationsForgotten() {}
}
