// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import java.util.BitSet;

/** Counts the tasks of one attempt at one stage. */
public final class StageTally {

  private final int tasks;
  private final BitSet done = new BitSet();
  private int running;
  private int failed;

  /**
   * @param tasks number of its tasks
   */
  public StageTally(int tasks) {
    this.tasks = tasks;
  }

  /** A task has begun. */
  public void begin() {
    running++;
  }

  /**
   * A task has ended.
   *
   * @return whether a part of the stage is done that was not before
   */
  public boolean end(int index, JobEvent.Result result) {
    running = Math.max(0, running - 1);
    if (result == JobEvent.Result.FAILED) {
      failed++;
    }
    if (result != JobEvent.Result.DONE || done.get(index) || done.cardinality() >= tasks) {
      return false;
    }
    done.set(index);
    return true;
  }

  /** Number of its tasks. */
  public int tasks() {
    return tasks;
  }

  /** Parts that are done. */
  public int done() {
    return done.cardinality();
  }

  /** Tasks at work. */
  public int running() {
    return running;
  }

  /** Tasks that have failed, retried or not. */
  public int failed() {
    return failed;
  }
}
