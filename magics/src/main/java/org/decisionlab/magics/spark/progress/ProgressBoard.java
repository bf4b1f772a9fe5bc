// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.progress;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.decisionlab.kernel.cell.CellContext;
import org.decisionlab.kernel.cell.CellListener;
import org.decisionlab.kernel.cell.DisplayHandle;
import org.decisionlab.magics.spark.jobs.CellJobs;
import org.decisionlab.magics.spark.jobs.JobEvent;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows under each cell how far its Spark jobs are: one display per run of a cell, which appears
 * when they take longer than half a second, is updated less than three times a second, and ends as
 * one line. Nothing runs here while no job does.
 */
public final class ProgressBoard implements CellListener, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ProgressBoard.class);

  /** With this and one last view at the end, no second sees more than four. */
  private static final long PERIOD_MILLIS = 350;

  private static final long SHOWN_AFTER_MILLIS = 500;

  private final CellJobs jobs;
  private final Supplier<String> link;
  private final ExecutorService painter = Executors.newSingleThreadExecutor(ProgressBoard::daemon);
  private final Executor later =
      CompletableFuture.delayedExecutor(PERIOD_MILLIS, TimeUnit.MILLISECONDS, painter);
  private final Map<String, Board> boards = new HashMap<>();
  private boolean ticking;
  private volatile boolean on = true;

  /**
   * @param jobs tells whose jobs are what
   * @param link the address of Spark's pages now; empty for none
   */
  public ProgressBoard(CellJobs jobs, Supplier<String> link) {
    this.jobs = jobs;
    this.link = link;
    jobs.tell(this::accept);
  }

  /** Teaches a renderer to draw progress. */
  public static void register(Renderer renderer) {
    renderer
        .createRegistration(ProgressView.Linked.class)
        .preferring(MIMEType.TEXT_HTML)
        .register(
            (view, context) -> {
              context.renderIfRequested(MIMEType.TEXT_HTML, view::toHtml);
              context.renderIfRequested(MIMEType.TEXT_PLAIN, view::toString);
            });
  }

  /** Whether progress is shown. */
  public boolean isOn() {
    return on;
  }

  /** Shows progress from now on, or no more; what is shown already goes on. */
  public void turn(boolean shown) {
    on = shown;
  }

  /** Called after {@link CellJobs} has heard of the cell. */
  @Override
  public synchronized void cellStarted(CellContext cell) {
    boards.put(jobs.key(), new Board(cell));
  }

  /** The last view of a cell is there before the cell is over, or else it would not be saved. */
  @Override
  public void cellEnded(CellContext cell) {
    String key = jobs.key();
    if (touched(key)) {
      jobs.awaitEvents();
    }
    synchronized (this) {
      Board board = boards.get(key);
      if (board != null) {
        board.ended = true;
        closeIfOver(key, board);
      }
    }
  }

  @Override
  public void close() {
    painter.shutdownNow();
  }

  private synchronized boolean touched(String key) {
    Board board = boards.get(key);
    return board != null && board.progress.startedAt() >= 0;
  }

  private synchronized void accept(JobEvent event) {
    if (event instanceof JobEvent.JobStarted started) {
      Board board = boards.get(started.origin().cell());
      if (board != null && !(board.ended && started.origin().work().startsWith("stream"))) {
        board.progress.accept(event);
        tickLater();
      }
      return;
    }
    for (Map.Entry<String, Board> each : List.copyOf(boards.entrySet())) {
      each.getValue().progress.accept(event);
      if (event instanceof JobEvent.JobEnded && each.getValue().ended) {
        closeIfOver(each.getKey(), each.getValue());
      }
    }
  }

  private void closeIfOver(String key, Board board) {
    if (!board.progress.isOpen()) {
      boards.remove(key);
      if (board.display != null) {
        show(board);
      }
    }
  }

  private void tickLater() {
    if (!ticking && !painter.isShutdown()) {
      ticking = true;
      later.execute(this::tick);
    }
  }

  private synchronized void tick() {
    ticking = false;
    boolean open = false;
    for (Board board : new ArrayList<>(boards.values())) {
      if (board.progress.isOpen()) {
        open = true;
        long age = System.currentTimeMillis() - board.progress.startedAt();
        if (board.display != null || (on && age >= SHOWN_AFTER_MILLIS)) {
          show(board);
        }
      }
    }
    if (open) {
      tickLater();
    }
  }

  private void show(Board board) {
    var view = board.progress.view(System.currentTimeMillis(), board.ended);
    var linked = new ProgressView.Linked(view, link.get());
    try {
      if (board.display == null) {
        board.display = board.cell.display(linked);
      } else {
        board.display.update(linked);
      }
    } catch (RuntimeException e) {
      LOG.warn("the progress of {} cannot be shown", board.cell.label(), e);
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "spark-progress");
    thread.setDaemon(true);
    return thread;
  }

  /** The progress of one run of a cell. */
  private static final class Board {

    private final CellContext cell;
    private final CellProgress progress = new CellProgress();
    private @Nullable DisplayHandle display;
    private boolean ended;

    Board(CellContext cell) {
      this.cell = cell;
    }
  }
}
