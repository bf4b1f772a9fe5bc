// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The thread of the cells and the threads that cells start. What the running cell has started is
 * stopped with it; what an earlier cell has left running goes on.
 */
final class CellThreads extends ThreadGroup {

  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Set<Thread> stopped =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));
  private final Set<Process> processes = ConcurrentHashMap.newKeySet();
  private volatile Set<Thread> before = Set.of();
  private volatile String cell = "";
  private volatile boolean stopping;
  private volatile @Nullable BiConsumer<Thread, Throwable> uncaught;

  CellThreads() {
    super("cells");
  }

  /** Tells of exceptions that end threads of cells. */
  void tellUncaught(BiConsumer<Thread, Throwable> listener) {
    uncaught = listener;
  }

  /** A cell begins: the threads that there are now are not its own. */
  void begin() {
    before = Set.copyOf(members());
    // Threads of pools go on to serve other cells.
    stopping = false;
    stopped.clear();
    processes.clear();
  }

  /** A thread has started a process; it belongs to the running cell unless the thread does not. */
  void started(Process process) {
    processes.removeIf(each -> !each.isAlive());
    if (!before.contains(Thread.currentThread())) {
      processes.add(process);
      if (stopping) {
        process.destroyForcibly();
      }
    }
  }

  /** Whether the cell was stopped and what it waited for may have been the end of a process. */
  boolean hasEndedProcesses() {
    return stopping && !processes.isEmpty();
  }

  /** Says which cell is running. */
  void running(String label) {
    cell = label;
  }

  /** Ends what a thread does for a cell that has been stopped. */
  void check(Thread thread) {
    if (stopping && stopped.contains(thread)) {
      throw new CellStopped();
    }
  }

  /**
   * Stops what the cell that is being stopped has started.
   *
   * @param main the thread of the cells; it has been asked to stop
   * @param limitNanos how long to wait for the end
   * @return what goes on all the same, with its place; empty if nothing does
   */
  List<String> stop(CellThread main, long limitNanos) {
    long end = System.nanoTime() + limitNanos;
    stopping = true;
    List<ProcessHandle> own =
        processes.stream()
            .flatMap(each -> Stream.concat(each.descendants(), Stream.of(each.toHandle())))
            .toList();
    own.forEach(ProcessHandle::destroy);
    while (true) {
      Map<Thread, StackTraceElement[]> running = running();
      for (Thread thread : running.keySet()) {
        stopped.add(thread);
        thread.interrupt();
      }
      boolean over = System.nanoTime() - end >= 0;
      if (System.nanoTime() - end >= -limitNanos / 2) {
        own.forEach(ProcessHandle::destroyForcibly);
      }
      if (over || (running.isEmpty() && !main.isRunning())) {
        Map<Thread, StackTraceElement[]> left = new LinkedHashMap<>(running);
        if (main.isRunning()) {
          left.put(main, main.getStackTrace());
        }
        return left.entrySet().stream()
            .map(each -> words(each.getKey() == main, each.getKey(), each.getValue()))
            .toList();
      }
      LockSupport.parkNanos(STEP_NANOS);
    }
  }

  /**
   * Threads that run code of cells and were started by the running cell, or run its code, or are of
   * a pool. Threads without code of cells are of libraries, such as those of a Spark session.
   */
  private Map<Thread, StackTraceElement[]> running() {
    Map<Thread, StackTraceElement[]> running = new LinkedHashMap<>();
    Set<Thread> own = Set.copyOf(members());
    Thread.getAllStackTraces()
        .forEach(
            (thread, trace) -> {
              boolean known = thread instanceof ForkJoinWorkerThread || own.contains(thread);
              if (known && Arrays.stream(trace).anyMatch(frame -> isMeant(thread, frame))) {
                running.put(thread, trace);
              }
            });
    return running;
  }

  private boolean isMeant(Thread thread, StackTraceElement frame) {
    return CellNames.isCellClass(frame.getClassName())
        && (thread instanceof ForkJoinWorkerThread
            || !before.contains(thread)
            || cell.equals(frame.getFileName()));
  }

  private List<Thread> members() {
    Thread[] threads = new Thread[activeCount() + 16];
    int count = enumerate(threads);
    return Arrays.stream(threads, 0, count)
        .filter(Objects::nonNull)
        .filter(thread -> !(thread instanceof CellThread))
        .toList();
  }

  private static String words(boolean isCell, Thread thread, StackTraceElement[] trace) {
    String place =
        Arrays.stream(trace)
            .filter(frame -> CellNames.isCellClass(frame.getClassName()))
            .findFirst()
            .map(frame -> ", at " + frame.getFileName() + " line " + frame.getLineNumber())
            .orElse("");
    String inside =
        trace.length == 0 || CellNames.isCellClass(trace[0].getClassName())
            ? ""
            : ", in " + trace[0].getClassName() + "." + trace[0].getMethodName();
    return isCell
        ? "the cell does not stop" + inside + place + ": what it waits for ignores interrupts"
        : "still running: thread '" + thread.getName() + "' started by this cell" + inside + place;
  }

  @Override
  public void uncaughtException(Thread thread, Throwable thrown) {
    BiConsumer<Thread, Throwable> listener = uncaught;
    if (listener == null || thread instanceof CellThread) {
      super.uncaughtException(thread, thrown);
    } else if (!(thrown instanceof CellStopped)) {
      listener.accept(thread, thrown);
    }
  }
}
