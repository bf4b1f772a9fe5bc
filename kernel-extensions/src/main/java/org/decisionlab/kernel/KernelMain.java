// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.decisionlab.kernel.capture.ExecutorCapture;
import org.decisionlab.kernel.channels.ConnectionFile;
import org.decisionlab.kernel.channels.KernelConnection;
import org.decisionlab.kernel.channels.WireMessage;
import org.decisionlab.kernel.display.KernelRenderer;
import org.decisionlab.kernel.engine.CellEngine;

/** The Java kernel: {@code java org.decisionlab.kernel.KernelMain CONNECTION_FILE}. */
public final class KernelMain {

  private KernelMain() {}

  /**
   * Runs until a client shuts the kernel down, the process that started it ends, or SIGTERM.
   *
   * @param args the path of the connection file
   */
  public static void main(String[] args) throws Exception {
    if (args.length != 1) {
      System.err.println("usage: java org.decisionlab.kernel.KernelMain CONNECTION_FILE");
      System.exit(2);
    }
    System.setProperty("java.awt.headless", "true");
    ProcessLog.prepare();
    PrintStream processErr = System.err;
    CountDownLatch ended = new CountDownLatch(1);
    Executor later =
        CompletableFuture.delayedExecutor(
            50, TimeUnit.MILLISECONDS, Executors.newSingleThreadExecutor(KernelMain::daemon));

    KernelConnection connection = new KernelConnection(ConnectionFile.read(Path.of(args[0])));
    KernelRenderer renderer = KernelRenderer.create();
    ExecutorCapture capture = new ExecutorCapture(KernelMain.class.getClassLoader());
    CellEngine engine = new CellEngine(capture.loader(), capture, note -> System.err.println(note));
    RunningCell.Surroundings surroundings =
        new RunningCell.Surroundings(renderer, later, outputLimit());
    RunningCell beforeCells =
        new RunningCell(
            0,
            WireMessage.none(),
            (type, content) -> processErr.println(type + " before the first cell: " + content),
            surroundings);
    JavaKernel kernel = new JavaKernel(engine, capture.cellClasses(), renderer, beforeCells);
    kernel.comms().connect(connection.iopub(), kernel::cell);
    History history = new History();
    ExecuteRequests executions = new ExecuteRequests(kernel, engine, history, surroundings);
    Requests requests = new Requests(kernel, executions, history, restart -> ended.countDown());

    Shutdown.install(kernel, connection, capture);
    StandardStreams.install(kernel::cell, connection.input());
    kernel.startUp();
    connection.open(requests::shell, requests::control);
    ParentWatch.start(System.getenv("JPY_PARENT_PID"), ended::countDown);
    ended.await();
    System.exit(0);
  }

  /** Bytes that one cell may print: system property {@code decisionlab.output.limit}, or 64 MiB. */
  private static long outputLimit() {
    return Long.getLong("decisionlab.output.limit", 64L << 20);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "output-flush");
    thread.setDaemon(true);
    return thread;
  }
}
