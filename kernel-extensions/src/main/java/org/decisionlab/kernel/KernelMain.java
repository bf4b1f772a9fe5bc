// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.decisionlab.kernel.capture.ExecutorCapture;
import org.decisionlab.kernel.channels.ConnectionFile;
import org.decisionlab.kernel.channels.KernelConnection;
import org.decisionlab.kernel.channels.Request;
import org.decisionlab.kernel.channels.WireMessage;
import org.decisionlab.kernel.display.KernelRenderer;
import org.decisionlab.kernel.engine.CellEngine;
import org.decisionlab.kernel.history.History;
import org.decisionlab.kernel.state.StateFolder;
import org.decisionlab.kernel.state.TemporaryFolder;

/** The Java kernel: {@code java org.decisionlab.kernel.KernelMain CONNECTION_FILE}. */
public final class KernelMain {

  private static final long FLUSH_MILLIS = 50;

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
    VitalThreads.watch();
    System.setProperty("java.awt.headless", "true");
    ProcessLog.prepare();
    TemporaryFolder temporary = temporary();
    PrintStream processErr = System.err;
    Ending ending = new Ending(processErr);
    ScheduledExecutorService timer = timer();
    Executor later =
        task -> {
          var unused = timer.schedule(task, FLUSH_MILLIS, TimeUnit.MILLISECONDS);
        };
    Path state = StateFolder.find();

    KernelConnection connection = new KernelConnection(ConnectionFile.read(Path.of(args[0])));
    KernelRenderer renderer = KernelRenderer.create();
    ExecutorCapture capture =
        new ExecutorCapture(KernelMain.class.getClassLoader(), temporary.path());
    CellEngine engine = new CellEngine(capture.loader(), capture, note -> System.err.println(note));
    RunningCell.Surroundings surroundings =
        new RunningCell.Surroundings(renderer, later, outputLimit(state), connection.input());
    RunningCell beforeCells =
        new RunningCell(
            0,
            WireMessage.none(),
            (type, content) -> processErr.println(type + " before the first cell: " + content),
            surroundings);
    JavaKernel kernel = new JavaKernel(engine, capture, renderer, beforeCells);
    kernel.comms().connect(connection.iopub(), kernel::cell);
    History history =
        Boolean.parseBoolean(System.getProperty("decisionlab.history", "true"))
            ? History.kept(state.resolve("history"), Path.of(""))
            : History.inMemory();
    ExecuteRequests executions = new ExecuteRequests(kernel, engine, history, surroundings);
    Requests requests =
        new Requests(kernel, executions, history, activity(timer), restart -> ending.asked());

    Shutdown.install(kernel, connection, temporary);
    kernel.addListener(StandardStreams.install(kernel::cellOfThread));
    kernel.startUp();
    try {
      connection.open(
          requests.shells()::accept,
          requests::control,
          () -> ending.because("one of its sockets has broken", 1));
    } catch (IllegalStateException e) {
      ending.because(String.valueOf(e.getMessage()), 1);
    }
    ParentWatch.start(System.getenv("JPY_PARENT_PID"), ending);
    Thread cleaning = new Thread(temporary::deleteAbandoned, "clean-up");
    cleaning.setDaemon(true);
    cleaning.start();
    System.exit(ending.await());
  }

  /** Makes the folder in which libraries put what is temporary; it goes with the kernel. */
  private static TemporaryFolder temporary() throws IOException {
    String property = "java.io.tmpdir";
    TemporaryFolder folder = TemporaryFolder.create(Path.of(System.getProperty(property)));
    System.setProperty(property, folder.path().toString());
    return folder;
  }

  /**
   * What cells may print: system property {@code decisionlab.output.limit} in bytes for each, or 64
   * MiB; files with the rest take {@code decisionlab.output.file.limit} in all, or 1 GiB, and are
   * kept for a week.
   */
  private static RunningCell.OutputLimit outputLimit(Path state) {
    Path folder = state.resolve("output");
    StateFolder.deleteOlder(folder, Duration.ofDays(7));
    return new RunningCell.OutputLimit(
        Long.getLong("decisionlab.output.limit", 64L << 20),
        folder,
        new AtomicLong(Long.getLong("decisionlab.output.file.limit", 1L << 30)));
  }

  /** A cell that runs is told of every {@code decisionlab.activity.seconds}, or every minute. */
  private static Function<Request, Activity> activity(ScheduledExecutorService timer) {
    Duration interval = Duration.ofSeconds(Long.getLong("decisionlab.activity.seconds", 60));
    return request -> new Activity(request, timer, interval);
  }

  /** What is cancelled, such as the activity of a cell that has ended, is let go at once. */
  private static ScheduledExecutorService timer() {
    ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, KernelMain::daemon);
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "timer");
    thread.setDaemon(true);
    return thread;
  }
}
