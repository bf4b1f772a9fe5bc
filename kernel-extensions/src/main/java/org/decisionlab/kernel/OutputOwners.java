// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.function.Supplier;
import org.decisionlab.kernel.cell.CellContext;
import org.decisionlab.kernel.engine.CellThread;
import org.jspecify.annotations.Nullable;

/**
 * Tells under which cell a thread prints: under the one that has started it, also when that cell
 * has ended, or that has started the thread that has started it, and so on. Threads that nobody has
 * started from a cell, and those of the common pool, print under the running cell.
 */
final class OutputOwners {

  @SuppressWarnings("ThreadLocalUsage") // one for each kernel, and nothing here is static
  private final InheritableThreadLocal<@Nullable RunningCell> starter =
      new InheritableThreadLocal<>();

  private final List<Supplier<? extends @Nullable CellContext>> others =
      new CopyOnWriteArrayList<>();

  /** Called on the cell thread: threads that are started from now on belong to a cell. */
  void begin(RunningCell cell) {
    starter.set(cell);
  }

  /** Adds an owner that is asked first, on the thread that prints. */
  void add(Supplier<? extends @Nullable CellContext> owner) {
    others.add(owner);
  }

  /**
   * The cell under which the calling thread prints.
   *
   * @param running the running cell, or the last one
   */
  RunningCell of(RunningCell running) {
    Thread thread = Thread.currentThread();
    if (thread instanceof CellThread || isCommon(thread)) {
      return running;
    }
    for (Supplier<? extends @Nullable CellContext> other : others) {
      if (other.get() instanceof RunningCell owner) {
        return owner;
      }
    }
    RunningCell owner = starter.get();
    return owner == null ? running : owner;
  }

  private static boolean isCommon(Thread thread) {
    return thread instanceof ForkJoinWorkerThread worker
        && worker.getPool() == ForkJoinPool.commonPool();
  }
}
