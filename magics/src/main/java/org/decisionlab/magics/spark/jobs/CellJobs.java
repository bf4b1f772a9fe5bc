// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.spark.SparkContext;
import org.decisionlab.kernel.cell.CellContext;
import org.decisionlab.kernel.cell.CellListener;
import org.decisionlab.kernel.display.Markup;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the Spark jobs of a cell a group, a tag and a description, tells what they do, and ends
 * them when the cell is interrupted; jobs that earlier cells left running go on.
 */
public final class CellJobs implements CellListener {

  /** Local property by which a job names the run of a cell that has started it. */
  static final String CELL_PROPERTY = "decisionlab.cell";

  /** Local property that holds the label of that cell. */
  static final String LABEL_PROPERTY = "decisionlab.cell.label";

  private static final Logger LOG = LoggerFactory.getLogger(CellJobs.class);
  private static final Duration END_OF_TASKS = Duration.ofSeconds(1);
  private static final Duration EVENTS = Duration.ofSeconds(1);

  private final JobBook book = new JobBook();
  private final List<Consumer<JobEvent>> told = new CopyOnWriteArrayList<>();
  private volatile String key = "";
  private volatile String label = "";
  private volatile String cancelled = "";
  private volatile @Nullable Thread cellThread;
  private volatile @Nullable SparkContext context;
  private @Nullable SparkContext marked;
  private String tag = "";

  /** A book that hears of every job. */
  public CellJobs() {
    told.add(book::accept);
  }

  /** The jobs of the session. */
  public JobBook book() {
    return book;
  }

  /** Tells of everything that happens to jobs, on a thread of Spark. */
  public void tell(Consumer<JobEvent> listener) {
    told.add(listener);
  }

  /** The key of the running cell, or of the last one. */
  public String key() {
    return key;
  }

  @Override
  public void cellStarted(CellContext cell) {
    // Never used again: jobs that come to a cancelled group are refused.
    key = "decisionlab-" + UUID.randomUUID();
    label = cell.label();
    cellThread = Thread.currentThread();
    marked = null;
    SparkContext running = context;
    if (running != null && !running.isStopped()) {
      mark(running);
    }
  }

  /**
   * Follows the jobs of a new session, and marks those of the calling thread, if it is that of the
   * cells, as the cell's.
   */
  public void adopt(SparkContext started) {
    if (started != context) {
      context = started;
      book.clear();
      started.addSparkListener(new SparkEvents(event -> heard(started, event)));
    }
    Thread thread = cellThread;
    if (thread == null || thread == Thread.currentThread()) {
      mark(started);
    }
  }

  /** What the jobs to come of the running cell are about, until the next call. */
  public void describe(@Nullable String text) {
    SparkContext running = context;
    if (running != null && running == marked) {
      running.setJobDescription(text == null ? label : label + ": " + text);
    }
  }

  private void mark(SparkContext running) {
    // Installed while a cell runs, it knows of none before the next.
    if (key.isEmpty() || marked == running) {
      return;
    }
    running.setJobGroup(key, label, true);
    running.setLocalProperty(CELL_PROPERTY, key);
    running.setLocalProperty(LABEL_PROPERTY, label);
    if (!tag.isEmpty()) {
      running.removeJobTag(tag);
    }
    tag = key;
    running.addJobTag(tag);
    marked = running;
  }

  /** Ends all jobs of a run of a cell, whatever group the cell has given them. */
  @Override
  public void cellInterrupted(CellContext cell) {
    SparkContext running = context;
    String run = key;
    if (running == null || running.isStopped() || run.isEmpty()) {
      return;
    }
    cancelled = run;
    running.cancelJobGroupAndFutureJobs(run);
    running.cancelJobsWithTag(run);
    book.runningOf(run).forEach(job -> running.cancelJob(job));
    awaitEvents();
    List<JobBook.LiveTask> alive = book.awaitEndOfTasks(run, END_OF_TASKS);
    if (!alive.isEmpty()) {
      cell.display(Markup.plain(report(alive)));
    }
  }

  /** What has been heard of what Spark has told. */
  public enum Heard {
    /** All of it. */
    ALL,
    /** Not all of it within the limit. */
    NOT_ALL,
    /** The thread was interrupted, and stays so: nobody knows. */
    INTERRUPTED
  }

  /** Waits until all that Spark has told so far has been heard, but no longer than a second. */
  public void awaitEvents() {
    awaitEvents(EVENTS);
  }

  /**
   * Waits until all that Spark has told so far has been heard.
   *
   * @return whether it has been
   */
  public Heard awaitEvents(Duration limit) {
    SparkContext running = context;
    if (running == null || running.isStopped()) {
      return Heard.ALL;
    }
    CountDownLatch heard = new CountDownLatch(1);
    running.listenerBus().post(new SparkEvents.Marker(heard::countDown));
    try {
      boolean all = heard.await(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (!all) {
        LOG.warn("events of Spark are lost, or arrive later than {} after they happen", limit);
      }
      return all ? Heard.ALL : Heard.NOT_ALL;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Heard.INTERRUPTED;
    }
  }

  private static String report(List<JobBook.LiveTask> alive) {
    Map<String, Long> places =
        alive.stream()
            .collect(
                Collectors.groupingBy(
                    task ->
                        "job "
                            + task.job()
                            + " (stage "
                            + task.stage()
                            + ") on executor "
                            + task.executor(),
                    TreeMap::new,
                    Collectors.counting()));
    List<String> lines = new ArrayList<>();
    places.forEach((place, count) -> lines.add("  " + count + " task(s) of " + place));
    return "Cancelled, but code that ignores it still runs:\n"
        + String.join("\n", lines)
        + "\nIt ends by itself, or with '%spark stop' where executors are processes of their own.";
  }

  /**
   * Hands an event on. Jobs that come after the interrupt of their cell are cancelled: adaptive
   * queries submit their stages from other threads, and those Spark does not refuse.
   */
  private void heard(SparkContext from, JobEvent event) {
    told.forEach(each -> each.accept(event));
    if (event instanceof JobEvent.JobStarted started
        && !cancelled.isEmpty()
        && started.origin().cell().equals(cancelled)
        && !from.isStopped()) {
      from.cancelJob(started.job());
    }
  }

  /**
   * Ends jobs at work.
   *
   * @return those that were told to end
   */
  public Set<Integer> cancel(Set<Integer> jobs) {
    SparkContext running = context;
    Set<Integer> ended = new HashSet<>(jobs);
    ended.retainAll(book.running());
    if (running != null && !running.isStopped()) {
      ended.forEach(job -> running.cancelJob(job));
    }
    return ended;
  }
}
