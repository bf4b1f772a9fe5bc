// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.execution.QueryExecution;
import org.jspecify.annotations.Nullable;

/**
 * What happens to Spark jobs, as far as lists of jobs and progress need it. Times are milliseconds
 * since 1970.
 */
public sealed interface JobEvent {

  /** When it happened. */
  long at();

  /**
   * One attempt at one stage.
   *
   * @param stage number of the stage
   * @param attempt number of the attempt, from 0
   */
  record StageKey(int stage, int attempt) {}

  /**
   * A stage that a job announces; it may turn out that it need not run.
   *
   * @param stage number of the stage
   * @param tasks number of the tasks that compute all of it
   * @param shuffle the shuffle that it writes, or -1
   * @param parents numbers of the stages whose shuffles it reads
   */
  record PlannedStage(int stage, int tasks, int shuffle, List<Integer> parents) {
    /** Copies its list. */
    public PlannedStage {
      parents = List.copyOf(parents);
    }
  }

  /**
   * Whose a job is.
   *
   * @param cell key of the cell's run; empty for a job that no cell has started
   * @param label label of the cell, as the user reads it
   * @param work what belongs together: one SQL execution, one stream, one job
   * @param description what the user reads of it
   */
  record Origin(String cell, String label, String work, String description) {}

  /** A job has begun. */
  record JobStarted(int job, Origin origin, List<PlannedStage> stages, long at)
      implements JobEvent {
    /** Copies its list. */
    public JobStarted {
      stages = List.copyOf(stages);
    }
  }

  /**
   * A job has ended.
   *
   * @param failure why it failed, or null
   */
  record JobEnded(int job, @Nullable String failure, long at) implements JobEvent {}

  /**
   * An SQL query has ended.
   *
   * @param work how {@link Origin#work} names it
   * @param query its plan, or null where Spark does not tell it
   */
  record QueryEnded(String work, @Nullable QueryExecution query, long at) implements JobEvent {}

  /**
   * A stage runs from now on.
   *
   * @param tasks number of its tasks that are to be computed
   */
  record StageSubmitted(StageKey key, int tasks, long at) implements JobEvent {}

  /**
   * A stage runs no more.
   *
   * @param failure why it failed or was cancelled, or null
   */
  record StageEnded(StageKey key, int shuffle, @Nullable String failure, long at)
      implements JobEvent {}

  /** A task has begun. */
  record TaskStarted(StageKey key, long task, String executor, long at) implements JobEvent {}

  /**
   * A task has ended.
   *
   * @param index which part of the stage it was
   * @param result how it ended
   */
  record TaskEnded(StageKey key, long task, int index, Result result, long at)
      implements JobEvent {}

  /** How a task ended. */
  enum Result {
    /** Its part of the stage is done. */
    DONE,
    /** It threw or its executor was lost; Spark tries again or gives the stage up. */
    FAILED,
    /** It was told to end: cancelled, or another attempt was quicker. */
    KILLED
  }

  /** Whether a job or stage ended because it was told to, by the reason that Spark gives. */
  static boolean isCancelled(String failure) {
    String reason = failure.toLowerCase(Locale.ROOT);
    return reason.contains("cancelled") || reason.contains("canceled");
  }
}
