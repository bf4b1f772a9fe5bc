// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

/**
 * Entry points that {@link GuardRewrite} puts into the byte code of cells. They act on the cell
 * thread only; a thread that a cell has started keeps the meaning of its own interrupts.
 */
public final class CellGuard {

  private CellGuard() {}

  /** Ends the cell if it has been asked to stop. Called at backward jumps and lambda entries. */
  public static void check() {
    if (Thread.currentThread() instanceof CellThread cell && cell.stopRequested()) {
      throw new CellStopped();
    }
  }

  /** Stands in for {@code System.exit} and {@code Runtime.halt}. */
  @SuppressWarnings("DoNotCallSuggester") // called from byte code only
  public static void exit(int status) {
    throw new ExitRefusedException(status);
  }

  /** Stands in for {@code Runtime.exit} and {@code Runtime.halt}. */
  @SuppressWarnings("DoNotCallSuggester") // called from byte code only
  public static void exit(Runtime runtime, int status) {
    throw new ExitRefusedException(status);
  }
}
