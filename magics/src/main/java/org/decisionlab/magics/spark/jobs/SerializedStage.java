// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.spark.SparkContext;
import org.decisionlab.kernel.cell.CarriedMoment;
import org.decisionlab.magics.spark.jobs.JobEvent.StageKey;
import org.jspecify.annotations.Nullable;

/**
 * Which stage the scheduler of Spark serializes: the one that it has begun last. Of those that have
 * begun in the same millisecond it is one that had no function yet, or else the one of before.
 */
final class SerializedStage {

  private static final String SCHEDULER = "dag-scheduler-event-loop";

  /** Begins the names of the threads that serialize tasks, with the elements of their RDDs. */
  private static final String TASKS = "dispatcher-";

  private final StageMoments moments;
  private final Set<StageKey> seen = new HashSet<>();
  private @Nullable StageKey current;

  /**
   * @param moments hears of the functions that are serialized for stages
   */
  SerializedStage(StageMoments moments) {
    this.moments = moments;
  }

  /** A function is serialized now, by the thread that calls this. */
  void carried(CarriedMoment moment, @Nullable SparkContext running) {
    String thread = Thread.currentThread().getName();
    boolean scheduler = thread.equals(SCHEDULER);
    StageKey stage = scheduler && running != null ? next(new StagesAtWork(running).begun()) : null;
    if (stage != null) {
      moments.carried(moment, stage);
    } else if (scheduler || thread.startsWith(TASKS)) {
      moments.carried(moment, scheduler);
    }
  }

  /**
   * The scheduler serializes a function now. For its thread only.
   *
   * @param begun the stages that run, with the times at which they have begun
   * @return the stage that it is for, {@code null} if that is not known
   */
  @Nullable StageKey next(Map<StageKey, Long> begun) {
    seen.retainAll(begun.keySet());
    if (begun.isEmpty()) {
      return null;
    }
    long last = Collections.max(begun.values());
    Set<StageKey> latest = new HashSet<>();
    begun.forEach(
        (stage, at) -> {
          if (at == last) {
            latest.add(stage);
          }
        });
    Set<StageKey> unseen = new HashSet<>(latest);
    unseen.removeAll(seen);
    if (unseen.size() == 1) {
      current = unseen.iterator().next();
      seen.add(current);
    } else if (!unseen.isEmpty()) {
      return null;
    }
    return current != null && latest.contains(current) ? current : null;
  }
}
