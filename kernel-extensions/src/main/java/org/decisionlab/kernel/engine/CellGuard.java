// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Entry points that {@link GuardRewrite} puts into the byte code of cells. They end what a stopped
 * cell does on its own thread, on the threads that it has started, and on those of a pool.
 */
public final class CellGuard {

  /** Byte code reaches this class statically, so what it asks must be static, too. */
  private static volatile Predicate<Thread> stopped = thread -> false;

  private CellGuard() {}

  /** Says which threads other than that of the cells are to stop. */
  static void ask(Predicate<Thread> isStopped) {
    stopped = isStopped;
  }

  /** Ends the cell if it has been asked to stop. Called at backward jumps and lambda entries. */
  public static void check() {
    Thread thread = Thread.currentThread();
    if (thread instanceof CellThread cell ? cell.stopRequested() : stopped.test(thread)) {
      throw new CellStopped();
    }
  }

  /**
   * Stands in for {@code CompletableFuture.join}, which ignores interrupts.
   *
   * @throws CompletionException as {@code join} does
   */
  public static @Nullable Object join(CompletableFuture<?> future) {
    if (!(Thread.currentThread() instanceof CellThread cell)) {
      return future.join();
    }
    try {
      return future.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw cause instanceof CompletionException thrown ? thrown : new CompletionException(cause);
    } catch (InterruptedException e) {
      if (cell.stopRequested()) {
        throw new CellStopped();
      }
      Thread.currentThread().interrupt();
      return future.join();
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
