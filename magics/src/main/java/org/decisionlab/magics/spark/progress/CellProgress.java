// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.progress;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.decisionlab.magics.spark.jobs.JobEvent;
import org.decisionlab.magics.spark.jobs.JobEvent.PlannedStage;
import org.decisionlab.magics.spark.jobs.JobEvent.StageKey;
import org.decisionlab.magics.spark.jobs.StageTally;
import org.decisionlab.magics.spark.progress.ProgressView.State;
import org.jspecify.annotations.Nullable;

/**
 * How far the jobs of one run of a cell are: events in, a view out, no clock and no thread.
 *
 * <p>Tasks are counted for stages that have been submitted only, since most stages that an adaptive
 * query announces are skipped. The share that is done never goes back: each task that ends takes
 * its part of what was left, and what comes later divides what is left then. It is 100 % when the
 * cell has ended, and never before.
 *
 * <p>Memory is bounded by the stages at work: what has ended is kept as sums.
 */
final class CellProgress {

  /** Works that are listed; of earlier ones the sums are kept. */
  static final int LISTED = 8;

  private static final int SHUFFLES_KEPT = 1000;

  /** Share of the tasks so far that is taken to be still to come while a job is open. */
  private static final double TO_COME = 0.1;

  private final Map<Integer, Job> jobs = new HashMap<>();
  private final Map<StageKey, Stage> stages = new HashMap<>();
  private final Map<String, Work> works = new LinkedHashMap<>();
  private final Set<Integer> shuffles = new HashSet<>();
  private double share;
  private long startedAt = -1;
  private long endedAt;
  private int jobCount;
  private int listedEarlier;
  private int tasks;
  private int done;
  private int failedTasks;
  private int stagesDone;
  private int stagesSkipped;
  private boolean anyFailed;
  private boolean anyCancelled;

  /** Takes note of an event; those of other cells' stages and jobs are left out. */
  void accept(JobEvent event) {
    if (event instanceof JobEvent.JobStarted job) {
      start(job);
    } else if (event instanceof JobEvent.JobEnded job) {
      end(job);
    } else if (event instanceof JobEvent.StageSubmitted stage) {
      submit(stage);
    } else if (event instanceof JobEvent.StageEnded stage) {
      end(stage);
    } else if (event instanceof JobEvent.TaskStarted task) {
      Stage stage = stages.get(task.key());
      if (stage != null) {
        stage.tally.begin();
      }
    } else if (event instanceof JobEvent.TaskEnded task) {
      end(task);
    }
  }

  /** Whether a job is at work. */
  boolean isOpen() {
    return !jobs.isEmpty();
  }

  /** When the first job began, in milliseconds since 1970, or -1. */
  long startedAt() {
    return startedAt;
  }

  /**
   * What is to be shown.
   *
   * @param now milliseconds since 1970
   * @param ended whether the cell has ended: without a job at work this is the last view
   */
  ProgressView view(long now, boolean ended) {
    boolean last = ended && jobs.isEmpty();
    State state =
        !last
            ? State.RUNNING
            : anyFailed ? State.FAILED : anyCancelled ? State.CANCELLED : State.DONE;
    int percent = state == State.DONE ? 100 : (int) Math.min(99, Math.floor(share * 100));
    List<ProgressView.Line> lines = new ArrayList<>();
    works.values().forEach(work -> lines.add(work.line(now)));
    return new ProgressView(
        state,
        tasks == 0 && !last ? ProgressView.UNKNOWN : percent,
        new ProgressView.Counts(
            jobCount,
            stagesDone,
            stagesSkipped,
            done,
            tasks,
            stages.values().stream().mapToInt(stage -> stage.tally.running()).sum(),
            failedTasks),
        Math.max(0, (jobs.isEmpty() ? endedAt : now) - startedAt),
        lines,
        listedEarlier);
  }

  private void start(JobEvent.JobStarted started) {
    startedAt = startedAt < 0 ? started.at() : startedAt;
    jobCount++;
    Work work =
        works.computeIfAbsent(
            started.origin().work(), key -> new Work(started.origin().description()));
    work.begin(started.at());
    Job job = new Job(work);
    for (PlannedStage stage : started.stages()) {
      job.planned.put(stage.stage(), stage);
    }
    jobs.put(started.job(), job);
    forgetEarlierWorks();
  }

  private void submit(JobEvent.StageSubmitted submitted) {
    for (Job job : jobs.values()) {
      if (job.knows(submitted.key().stage())) {
        job.planned.remove(submitted.key().stage());
        job.submitted.add(submitted.key().stage());
        if (!stages.containsKey(submitted.key())) {
          stages.put(submitted.key(), new Stage(job.work, new StageTally(submitted.tasks())));
          tasks += submitted.tasks();
          job.work.tasks += submitted.tasks();
        }
      }
    }
  }

  private void end(JobEvent.TaskEnded task) {
    Stage stage = stages.get(task.key());
    if (stage == null) {
      return;
    }
    double left = left();
    if (task.result() == JobEvent.Result.FAILED) {
      failedTasks++;
      stage.work.failed++;
    }
    if (stage.tally.end(task.index(), task.result())) {
      done++;
      stage.work.done++;
      share += (1 - share) / Math.max(1, left);
    }
  }

  private void end(JobEvent.StageEnded ended) {
    Stage stage = stages.remove(ended.key());
    if (stage == null) {
      return;
    }
    if (ended.failure() == null) {
      stagesDone++;
      if (ended.shuffle() >= 0 && shuffles.size() < SHUFFLES_KEPT) {
        shuffles.add(ended.shuffle());
      }
    }
    // What a stage that was given up has not done will not be done.
    int undone = stage.tally.tasks() - stage.tally.done();
    tasks -= undone;
    stage.work.tasks -= undone;
  }

  private void end(JobEvent.JobEnded ended) {
    Job job = jobs.remove(ended.job());
    if (job == null) {
      return;
    }
    endedAt = Math.max(endedAt, ended.at());
    if (ended.failure() == null) {
      stagesSkipped += job.planned.size();
    } else if (JobEvent.isCancelled(ended.failure())) {
      anyCancelled = true;
    } else {
      anyFailed = true;
    }
    job.work.end(ended.at(), ended.failure());
    forgetEarlierWorks();
  }

  /** Tasks that are still to be done, as far as that is known, and some that are not known. */
  private double left() {
    int open = stages.values().stream().mapToInt(s -> s.tally.tasks() - s.tally.done()).sum();
    int planned =
        jobs.values().stream()
            .flatMap(job -> job.planned.values().stream())
            .filter(stage -> !shuffles.contains(stage.shuffle()))
            .mapToInt(PlannedStage::tasks)
            .sum();
    return open + planned + Math.max(1, TO_COME * tasks);
  }

  private void forgetEarlierWorks() {
    var each = works.values().iterator();
    while (works.size() > LISTED && each.hasNext()) {
      if (each.next().openJobs == 0) {
        each.remove();
        listedEarlier++;
      }
    }
  }

  /** A job at work. */
  private static final class Job {

    private final Work work;
    private final Map<Integer, PlannedStage> planned = new HashMap<>();
    private final Set<Integer> submitted = new HashSet<>();

    Job(Work work) {
      this.work = work;
    }

    boolean knows(int stage) {
      return planned.containsKey(stage) || submitted.contains(stage);
    }
  }

  /** A stage at work. */
  private record Stage(Work work, StageTally tally) {}

  /** What the user thinks of as one thing: an SQL execution, a stream, a job. */
  private static final class Work {

    private final String description;
    private int openJobs;
    private int tasks;
    private int done;
    private int failed;
    private long millis;
    private long openSince;
    private @Nullable String failure;

    Work(String description) {
      this.description = description;
    }

    void begin(long at) {
      if (openJobs++ == 0) {
        openSince = at;
      }
    }

    void end(long at, @Nullable String why) {
      failure = failure == null ? why : failure;
      if (--openJobs == 0) {
        millis += Math.max(0, at - openSince);
      }
    }

    ProgressView.Line line(long now) {
      State state =
          openJobs > 0
              ? State.RUNNING
              : failure == null
                  ? State.DONE
                  : JobEvent.isCancelled(failure) ? State.CANCELLED : State.FAILED;
      long now2 = openJobs > 0 ? Math.max(0, now - openSince) : 0;
      return new ProgressView.Line(description, state, done, tasks, failed, millis + now2);
    }
  }
}
