// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.apache.spark.Dependency;
import org.apache.spark.MapOutputTrackerMaster;
import org.apache.spark.ShuffleDependency;
import org.apache.spark.SparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.execution.SQLExecution$;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What the shuffles of a session have written. Forgetting it is what Spark does when an executor is
 * lost: the stage that wrote it runs again when something needs it.
 */
final class WrittenShuffles {

  private static final String QUERY = "query ";
  private static final String JOB = "job ";

  private final SparkContext context;
  private final MapOutputTrackerMaster tracker;

  WrittenShuffles(SparkContext context) {
    this.context = context;
    this.tracker = (MapOutputTrackerMaster) context.env().mapOutputTracker();
  }

  /** Whether Spark still has what a shuffle has written. */
  boolean has(int shuffle) {
    return tracker.containsShuffle(shuffle);
  }

  /** Whether a job runs, whose tasks may read any of them. */
  boolean isRead() {
    return !context.dagScheduler().activeJobs().isEmpty();
  }

  /** Whether a job or query, as {@link JobEvent.Origin} names it, has come to its end. */
  static boolean isOver(String work) {
    return work.startsWith(JOB)
        || (work.startsWith(QUERY)
            && SQLExecution$.MODULE$.getQueryExecution(
                    Long.parseLong(work.substring(QUERY.length())))
                == null);
  }

  /**
   * The shuffles below what the user has told Spark to keep: partitions of it that were lost would
   * be computed anew beside others that were not.
   */
  Set<Integer> belowKept() {
    Set<Integer> found = new HashSet<>();
    Set<RDD<?>> seen = new HashSet<>();
    Deque<RDD<?>> waiting =
        new ArrayDeque<>(CollectionConverters.asJava(context.getPersistentRDDs()).values());
    while (!waiting.isEmpty()) {
      RDD<?> next = waiting.remove();
      if (seen.add(next)) {
        for (Dependency<?> each : CollectionConverters.asJava(next.dependencies())) {
          if (each instanceof ShuffleDependency<?, ?, ?> shuffle) {
            found.add(shuffle.shuffleId());
          }
          waiting.add(each.rdd());
        }
      }
    }
    return found;
  }

  void forget(int shuffle) {
    tracker.unregisterAllMapAndMergeOutput(shuffle);
  }
}
