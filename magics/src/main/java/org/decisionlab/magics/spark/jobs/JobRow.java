// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

/**
 * What is known of one job.
 *
 * @param job its number
 * @param cell label of the cell that has started it; empty for none
 * @param description what it does
 * @param state how it is
 * @param stagesDone stages that have ended
 * @param stages stages that have been submitted
 * @param tasksDone tasks that are done
 * @param tasks tasks of the submitted stages
 * @param failedTasks tasks that have failed, retried or not
 * @param startedAt milliseconds since 1970
 * @param millis how long it has run
 */
public record JobRow(
    int job,
    String cell,
    String description,
    State state,
    int stagesDone,
    int stages,
    int tasksDone,
    int tasks,
    int failedTasks,
    long startedAt,
    long millis) {

  /** How a job is. */
  public enum State {
    /** At work. */
    RUNNING,
    /** Ended well. */
    DONE,
    /** Ended by an error. */
    FAILED,
    /** Ended because it was told to. */
    CANCELLED
  }
}
