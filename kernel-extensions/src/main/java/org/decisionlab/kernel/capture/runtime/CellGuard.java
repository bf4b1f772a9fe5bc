// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

/**
 * Entry points that the guards in the byte code of cells call. They act on the cell thread and on
 * the task threads of Spark only; a thread that a cell has started keeps the meaning of its own
 * interrupts.
 */
public final class CellGuard {

  /** How Spark names the threads of its tasks. */
  private static final String TASK_THREAD = "Executor task launch worker";

  private CellGuard() {}

  /** A thread whose code can be asked to stop. */
  public interface Stoppable {

    /** Throws if the code on this thread has been asked to stop. */
    void stopIfRequested();
  }

  /** Ends the cell or the task if it has been asked to stop; at backward jumps and in lambdas. */
  public static void check() {
    Thread thread = Thread.currentThread();
    if (thread instanceof Stoppable stoppable) {
      stoppable.stopIfRequested();
    } else if (thread.isInterrupted() && thread.getName().startsWith(TASK_THREAD)) {
      throw new TaskStopped();
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
