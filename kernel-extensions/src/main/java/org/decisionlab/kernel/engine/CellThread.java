// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.decisionlab.kernel.capture.runtime.CellGuard;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread on which cells are compiled and run, for the whole life of the kernel: what a
 * library keeps in thread locals holds from cell to cell.
 *
 * <p>A request to stop reaches user code as an interrupt of the thread and as an error at the next
 * backward jump ({@link CellGuard}), and the compiler as an error at its next step ({@link
 * StoppableCompiler}): an interrupt would close its files.
 */
public final class CellThread extends Thread implements CellGuard.Stoppable {

  private static final long STACK_BYTES = 16L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(CellThread.class);
  private static final long QUIET_MILLIS = 50;

  /** The compiler is nearly always faster; then nothing is left undone. */
  private static final long COMPILER_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final BlockingQueue<FutureTask<?>> tasks = new LinkedBlockingQueue<>();
  private final Queue<BooleanSupplier> later = new ConcurrentLinkedQueue<>();
  private final Object gate = new Object();
  private final CellThreads group;
  private final ClassLoader loader;
  private final HeapReserve heap = new HeapReserve();
  private volatile boolean stopRequested;
  private volatile boolean inUserCode;
  private volatile boolean running;
  private volatile boolean answering;
  private volatile boolean mending;
  private volatile long stopBy;
  private volatile long answerBy;

  /**
   * @param group this thread and those that cells start
   * @param loader context class loader of all cells
   */
  CellThread(CellThreads group, ClassLoader loader) {
    super(group, null, "cell", STACK_BYTES);
    this.group = group;
    this.loader = loader;
    setContextClassLoader(loader);
    setDaemon(true);
  }

  /** Runs a task on this thread and waits for it; called on this thread, runs it at once. */
  public <T extends @Nullable Object> T call(Callable<T> task) throws Exception {
    if (Thread.currentThread() == this) {
      return task.call();
    }
    FutureTask<T> future = new FutureTask<>(task);
    tasks.add(future);
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    } catch (CancellationException e) {
      throw new IllegalStateException("the kernel is shutting down", e);
    }
  }

  /** Runs a task on this thread after those that wait, and does not wait for it. */
  public void execute(Runnable task) {
    tasks.add(new FutureTask<>(task, null));
  }

  /**
   * Does something on this thread when nothing has been asked of it for a moment.
   *
   * @param part does a small part of it and returns whether there is more
   */
  public void whenIdle(BooleanSupplier part) {
    later.add(part);
    // The thread may be waiting already, for nothing but a task.
    execute(() -> {});
  }

  @Override
  public void run() {
    while (true) {
      try {
        FutureTask<?> next =
            later.isEmpty() ? tasks.take() : tasks.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS);
        if (next != null) {
          // A cell may have set another one: without it, nothing is found by any other cell.
          setContextClassLoader(loader);
          next.run();
        } else {
          doLater();
        }
      } catch (InterruptedException e) {
        // A late interrupt of a cell that has ended: nothing to stop.
      }
    }
  }

  private void doLater() {
    BooleanSupplier part = later.peek();
    while (part != null && tasks.isEmpty()) {
      boolean more = false;
      try {
        more = part.getAsBoolean();
      } catch (RuntimeException | Error e) {
        LOG.warn("what was to be made ready for later cells is left out", e);
      }
      if (!more) {
        later.remove();
      }
      part = later.peek();
    }
  }

  /** Marks the beginning of a cell: earlier requests to stop are forgotten. */
  public void begin() {
    group.begin();
    heap.begin();
    synchronized (gate) {
      stopRequested = false;
      running = true;
      Thread.interrupted();
    }
  }

  /** Marks the end of a cell. */
  public void end() {
    synchronized (gate) {
      running = false;
      stopRequested = false;
      Thread.interrupted();
    }
  }

  /**
   * Asks the running cell to stop.
   *
   * @return whether a cell was running
   */
  public boolean requestStop() {
    synchronized (gate) {
      if (!running) {
        return false;
      }
      stopBy = System.nanoTime() + COMPILER_NANOS;
      stopRequested = true;
      if (inUserCode) {
        interrupt();
      }
      return true;
    }
  }

  /** Whether the calling thread is a cell thread that runs the kernel's own code. */
  public static boolean runsKernelCode() {
    return Thread.currentThread() instanceof CellThread cell && !cell.inUserCode;
  }

  /** Whether a cell runs. */
  boolean isRunning() {
    return running;
  }

  /** Whether the running cell has been asked to stop. */
  public boolean stopRequested() {
    return stopRequested;
  }

  @Override
  public void stopIfRequested() {
    heap.check();
    if (stopRequested) {
      throw new CellStopped();
    }
  }

  /**
   * Whether the compiler is to end what it does on the calling thread, for a cell that has been
   * asked to stop or for an answer that is no longer waited for.
   */
  static boolean stopsCompiler() {
    return Thread.currentThread() instanceof CellThread cell
        && ((cell.stopRequested && cell.isOver(cell.stopBy))
            || (cell.answering && cell.isOver(cell.answerBy)));
  }

  private boolean isOver(long time) {
    return !mending && System.nanoTime() - time > 0;
  }

  /** Has the compiler do what must be done although the cell has been asked to stop. */
  void mend(Runnable work) {
    mending = true;
    try {
      work.run();
    } finally {
      mending = false;
    }
  }

  /**
   * Asks the compiler for something, on this thread.
   *
   * @throws RuntimeException if it has not answered within a while
   */
  <T> T answer(Supplier<T> question) {
    boolean before = answering;
    if (!before) {
      answerBy = System.nanoTime() + ANSWER_NANOS;
    }
    answering = true;
    try {
      return question.get();
    } finally {
      answering = before;
    }
  }

  /** Runs code of the user or of a library: a request to stop interrupts it. */
  public <T extends @Nullable Object> T inUserCode(Callable<T> code) throws Exception {
    return within(true, code);
  }

  /** Runs code of the kernel, such as the compiler: a request to stop does not interrupt it. */
  public <T extends @Nullable Object> T inKernelCode(Callable<T> code) throws Exception {
    return within(false, code);
  }

  private <T extends @Nullable Object> T within(boolean userCode, Callable<T> code)
      throws Exception {
    if (Thread.currentThread() != this) {
      throw new IllegalStateException("only the cell thread runs cells");
    }
    boolean before = enter(userCode);
    try {
      return code.call();
    } finally {
      enter(before);
    }
  }

  private boolean enter(boolean userCode) {
    synchronized (gate) {
      boolean before = inUserCode;
      inUserCode = userCode;
      if (!userCode) {
        Thread.interrupted();
      } else if (stopRequested && running) {
        interrupt();
      }
      return before;
    }
  }
}
