// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

/**
 * Thrown inside a cell that the user has asked to stop; an error, so that cells do not catch it.
 */
public final class CellStopped extends Error {

  CellStopped() {
    super("stopped by the user");
  }

  /** A stop that reached the cell as another exception, such as that of a wait. */
  private CellStopped(Throwable reason) {
    super("stopped by the user", reason instanceof InterruptedException ? null : reason);
    setStackTrace(reason.getStackTrace());
  }

  /** What a throwable means in a cell that has been asked to stop. */
  public static CellStopped from(Throwable thrown) {
    if (StoppableCompiler.hasStopped(thrown)) {
      return new CellStopped();
    }
    return thrown instanceof CellStopped stopped ? stopped : new CellStopped(thrown);
  }
}
