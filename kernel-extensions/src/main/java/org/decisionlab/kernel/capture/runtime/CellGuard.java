// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

import java.io.PrintStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Entry points that the guards in the byte code of cells call. They act on the cell thread, on the
 * threads that a stopped cell has started or uses, and on the task threads of Spark.
 */
public final class CellGuard {

  /** How Spark names the threads of its tasks. */
  private static final String TASK_THREAD = "Executor task launch worker";

  private static final String PRINT = "printStackTrace";

  /** Byte code reaches this class statically, so what it asks must be static, too. */
  private static volatile Consumer<Thread> others = thread -> {};

  private static volatile Consumer<Process> starts = process -> {};

  private static volatile Consumer<Throwable> traces = Throwable::printStackTrace;

  private CellGuard() {}

  /**
   * Says what is asked for threads that are neither that of the cells nor of a task.
   *
   * @param check throws if what the thread does is to end
   */
  public static void askOthers(Consumer<Thread> check) {
    others = check;
  }

  /**
   * Says who is told of processes that code of cells starts.
   *
   * @param listener called on the thread that has started one
   */
  public static void tellStarts(Consumer<Process> listener) {
    starts = listener;
  }

  /**
   * Says who writes the trace of a throwable where code of cells prints it.
   *
   * @param writer called on the thread that prints
   */
  public static void writeTraces(Consumer<Throwable> writer) {
    traces = writer;
  }

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
    } else {
      others.accept(thread);
    }
  }

  /**
   * Stands in for {@code CompletableFuture.join}, which ignores interrupts.
   *
   * @throws CompletionException as {@code join} does
   */
  public static @Nullable Object join(CompletableFuture<?> future) {
    if (!(Thread.currentThread() instanceof Stoppable stoppable)) {
      return future.join();
    }
    try {
      return future.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw cause instanceof CompletionException thrown ? thrown : new CompletionException(cause);
    } catch (InterruptedException e) {
      stoppable.stopIfRequested();
      Thread.currentThread().interrupt();
      return future.join();
    }
  }

  /** Follows the start of a process; ends the cell if it has been asked to stop. */
  public static Process started(Process process) {
    starts.accept(process);
    check();
    return process;
  }

  /** Stands in for {@code printStackTrace()} where that is the one of Java. */
  public static void printStackTrace(Throwable thrown) {
    if (isOfJava(thrown, PRINT) && isOfJava(thrown, PRINT, PrintStream.class)) {
      traces.accept(thrown);
    } else {
      thrown.printStackTrace();
    }
  }

  /** Whether a method of a throwable is that of Java, which its class does not override. */
  private static boolean isOfJava(Throwable thrown, String method, Class<?>... parameters) {
    try {
      return thrown.getClass().getMethod(method, parameters).getDeclaringClass() == Throwable.class;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("every throwable has " + method, e);
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
