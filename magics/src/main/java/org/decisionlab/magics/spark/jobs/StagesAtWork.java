// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.Stage;
import org.apache.spark.scheduler.StageInfo;
import org.apache.spark.scheduler.TaskSchedulerImpl;
import org.decisionlab.magics.spark.jobs.JobEvent.StageKey;
import org.decisionlab.magics.spark.jobs.PlannedStages.Running;
import scala.jdk.javaapi.CollectionConverters;

/** The stages that Spark itself says it computes, whatever its events have told. */
final class StagesAtWork {

  private final SparkContext context;

  StagesAtWork(SparkContext context) {
    this.context = context;
  }

  /**
   * Those of some stages whose beginning has been told that are computed no more: Spark has posted
   * their ends. No lock may be held: this takes that of the task scheduler.
   */
  Set<StageKey> over(List<Running> stages) {
    Set<StageKey> over = new HashSet<>();
    stages.forEach(each -> over.add(each.key()));
    over.removeIf(this::has);
    return over;
  }

  private boolean has(StageKey key) {
    // The scheduler changes its set while others read it, but not before the tasks of a stage that
    // it has begun are there.
    for (Stage each : CollectionConverters.asJava(context.dagScheduler().runningStages())) {
      if (each.id() == key.stage()) {
        return true;
      }
    }
    return context.taskScheduler() instanceof TaskSchedulerImpl tasks
        && tasks.taskSetManagerForAttempt(key.stage(), key.attempt()).isDefined();
  }

  /**
   * All of them, with the times at which they have begun, in milliseconds since 1970. On the thread
   * of Spark's scheduler only, and without locks: it holds one while it serializes.
   */
  Map<StageKey, Long> begun() {
    Map<StageKey, Long> begun = new HashMap<>();
    for (Stage each : CollectionConverters.asJava(context.dagScheduler().runningStages())) {
      StageInfo run = each.latestInfo();
      if (run.submissionTime().isDefined()) {
        begun.put(
            new StageKey(run.stageId(), run.attemptNumber()), (Long) run.submissionTime().get());
      }
    }
    return begun;
  }
}
