// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.decisionlab.magics.spark.jobs.JobEvent.StageKey;
import org.decisionlab.magics.spark.jobs.JobRow.State;
import org.jspecify.annotations.Nullable;

/** The running jobs of a session and the last that have ended. Usable from any thread. */
public final class JobBook {

  private static final int KEPT = 50;

  private final Map<Integer, Entry> running = new TreeMap<>();
  private final Deque<Entry> ended = new ArrayDeque<>();
  private final Map<Integer, Entry> stageJobs = new HashMap<>();
  private final Map<Long, LiveTask> tasks = new TreeMap<>();

  /**
   * A task at work.
   *
   * @param job number of its job
   * @param cell key of the cell's run
   * @param label label of the cell
   * @param stage its stage
   * @param executor where it runs
   */
  public record LiveTask(int job, String cell, String label, int stage, String executor) {}

  /** Takes note of an event. */
  public synchronized void accept(JobEvent event) {
    if (event instanceof JobEvent.JobStarted started) {
      Entry entry = new Entry(started);
      running.put(started.job(), entry);
      started.stages().forEach(stage -> stageJobs.put(stage.stage(), entry));
    } else if (event instanceof JobEvent.JobEnded job) {
      end(job);
    } else if (event instanceof JobEvent.StageSubmitted stage) {
      Entry entry = stageJobs.get(stage.key().stage());
      if (entry != null) {
        entry.stages.put(stage.key(), new StageTally(stage.tasks()));
      }
    } else if (event instanceof JobEvent.StageEnded stage) {
      Entry entry = stageJobs.get(stage.key().stage());
      if (entry != null) {
        entry.stagesEnded.add(stage.key());
      }
    } else if (event instanceof JobEvent.TaskStarted task) {
      begin(task);
    } else if (event instanceof JobEvent.TaskEnded task) {
      tasks.remove(task.task());
      StageTally tally = tally(task.key());
      if (tally != null) {
        tally.end(task.index(), task.result());
      }
      notifyAll();
    }
  }

  /** Forgets what belongs to a session that is no more. */
  public synchronized void clear() {
    running.clear();
    stageJobs.clear();
    tasks.clear();
    ended.clear();
  }

  /**
   * Jobs at work, then those that have ended, the last first.
   *
   * @param now milliseconds since 1970
   */
  public synchronized List<JobRow> rows(long now) {
    List<JobRow> rows = new ArrayList<>();
    running.values().forEach(entry -> rows.add(entry.row(now)));
    ended.forEach(entry -> rows.add(entry.row(now)));
    return rows;
  }

  /** Jobs at work that runs of cells with this key or label have started. */
  public synchronized Set<Integer> runningOf(String cell) {
    Set<Integer> jobs = new TreeSet<>();
    running.forEach(
        (job, entry) -> {
          var origin = entry.started.origin();
          if (!cell.isEmpty()
              && (origin.cell().equals(cell) || origin.label().equalsIgnoreCase(cell))) {
            jobs.add(job);
          }
        });
    return jobs;
  }

  /** All jobs at work. */
  public synchronized Set<Integer> running() {
    return new TreeSet<>(running.keySet());
  }

  /** Tasks at work that a run of a cell has started, also of jobs that have been ended. */
  public synchronized List<LiveTask> tasksOf(String cell) {
    return tasks.values().stream().filter(task -> task.cell().equals(cell)).toList();
  }

  /**
   * Waits for the end of the tasks of a run of a cell.
   *
   * @return the tasks that are at work when the time is over
   */
  public synchronized List<LiveTask> awaitEndOfTasks(String cell, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    List<LiveTask> alive = tasksOf(cell);
    long left = limit.toMillis();
    try {
      while (!alive.isEmpty() && left > 0) {
        wait(left);
        alive = tasksOf(cell);
        left = (end - System.nanoTime()) / 1_000_000;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return alive;
  }

  private void begin(JobEvent.TaskStarted task) {
    Entry entry = stageJobs.get(task.key().stage());
    if (entry == null) {
      return;
    }
    StageTally tally = entry.stages.get(task.key());
    if (tally != null) {
      tally.begin();
    }
    var origin = entry.started.origin();
    tasks.put(
        task.task(),
        new LiveTask(
            entry.started.job(),
            origin.cell(),
            origin.label(),
            task.key().stage(),
            task.executor()));
  }

  private @Nullable StageTally tally(StageKey key) {
    Entry entry = stageJobs.get(key.stage());
    return entry == null ? null : entry.stages.get(key);
  }

  private void end(JobEvent.JobEnded job) {
    Entry entry = running.remove(job.job());
    if (entry == null) {
      return;
    }
    entry.endedAt = job.at();
    entry.state = state(job.failure());
    ended.addFirst(entry);
    if (ended.size() > KEPT) {
      stageJobs.values().remove(ended.removeLast());
      Set<Entry> known = new HashSet<>(ended);
      known.addAll(running.values());
      stageJobs.values().retainAll(known);
    }
  }

  private static State state(@Nullable String failure) {
    if (failure == null) {
      return State.DONE;
    }
    return JobEvent.isCancelled(failure) ? State.CANCELLED : State.FAILED;
  }

  /** One job. */
  private static final class Entry {

    private final JobEvent.JobStarted started;
    private final Map<StageKey, StageTally> stages = new HashMap<>();
    private final Set<StageKey> stagesEnded = new HashSet<>();
    private State state = State.RUNNING;
    private long endedAt;

    Entry(JobEvent.JobStarted started) {
      this.started = started;
    }

    JobRow row(long now) {
      long until = state == State.RUNNING ? now : endedAt;
      return new JobRow(
          started.job(),
          started.origin().label(),
          started.origin().description(),
          state,
          stagesEnded.size(),
          stages.size(),
          stages.values().stream().mapToInt(StageTally::done).sum(),
          stages.values().stream().mapToInt(StageTally::tasks).sum(),
          stages.values().stream().mapToInt(StageTally::failed).sum(),
          started.at(),
          Math.max(0, until - started.at()));
    }
  }
}
