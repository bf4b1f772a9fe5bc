// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import com.codahale.metrics.Counter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.Dependency;
import org.apache.spark.MapOutputTrackerMaster;
import org.apache.spark.ShuffleDependency;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDDLike;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.ExternalRDD;
import org.apache.spark.sql.execution.LogicalRDD;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.SQLExecution$;
import org.decisionlab.magics.spark.jobs.JobEvent.PlannedStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What the shuffles of a session have written. Forgetting it is what Spark does when an executor is
 * lost: the stage that wrote it runs again when something needs it.
 */
final class WrittenShuffles {

  private static final Logger LOG = LoggerFactory.getLogger(WrittenShuffles.class);

  /** Begins the names of jobs that belong to nothing else. */
  static final String JOB = "job ";

  /** Counts what the queue has lost in which our listener is; others have queues of their own. */
  private static final String DROPPED = "queue.shared.numDroppedEvents";

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

  /** All that Spark has. */
  Set<Integer> all() {
    Set<Integer> all = new HashSet<>();
    CollectionConverters.asJava(tracker.shuffleStatuses().keySet())
        .forEach(each -> all.add((Integer) each));
    return all;
  }

  /** How many events Spark has not told us since the session began, for want of room. */
  long lostEvents() {
    Counter dropped = context.listenerBus().metrics().metricRegistry().getCounters().get(DROPPED);
    return dropped == null ? 0 : dropped.getCount();
  }

  /** Whether a job runs, whose tasks may read any of them. */
  boolean isRead() {
    return !context.dagScheduler().activeJobs().isEmpty();
  }

  /** Whether all is there that a stage of a job writes. */
  boolean isComplete(PlannedStage stage) {
    return stage.shuffle() >= 0
        && has(stage.shuffle())
        && tracker.getNumAvailableOutputs(stage.shuffle()) >= stage.tasks();
  }

  /**
   * The shuffles that an action of data reads or waits for, as far as {@link #of} finds them: not
   * those below one that is complete.
   */
  Set<Integer> needed(@Nullable Object data) {
    Set<Integer> needed = new HashSet<>();
    Deque<ShuffleDependency<?, ?, ?>> waiting = new ArrayDeque<>(nearest(data));
    while (!waiting.isEmpty()) {
      ShuffleDependency<?, ?, ?> next = waiting.remove();
      int id = next.shuffleId();
      if (needed.add(id)
          && !(has(id) && tracker.getNumAvailableOutputs(id) >= next.rdd().getNumPartitions())) {
        waiting.addAll(dependencies(List.of(next.rdd()), false).values());
      }
    }
    return needed;
  }

  /** Whether a job or query, as {@link JobEvent.Origin} names it, has come to its end. */
  static boolean isOver(String work) {
    return work.startsWith(JOB) || (work.startsWith(SparkEvents.QUERY) && atWork(work) == null);
  }

  /** The plan of a query that has not ended, {@code null} of everything else. */
  static @Nullable QueryExecution atWork(String work) {
    return work.startsWith(SparkEvents.QUERY)
        ? SQLExecution$.MODULE$.getQueryExecution(
            Long.parseLong(work.substring(SparkEvents.QUERY.length())))
        : null;
  }

  /**
   * The shuffles below what the user has told Spark to keep: partitions of it that were lost would
   * be computed anew beside others that were not.
   */
  Set<Integer> belowKept() {
    return below(CollectionConverters.asJava(context.getPersistentRDDs()).values());
  }

  /**
   * The shuffles that the data of an RDD are made of; {@code null} if it is not known which these
   * are.
   */
  static @Nullable Set<Integer> below(@Nullable Object data) {
    if (data instanceof JavaRDDLike<?, ?> wrapped) {
      return below(List.of(wrapped.rdd()));
    }
    return data instanceof RDD<?> rdd ? below(List.of(rdd)) : null;
  }

  /**
   * The shuffles that the data of an RDD are made of, or of the RDDs that a dataset was made of, by
   * number; none of other data.
   */
  static Map<Integer, ShuffleDependency<?, ?, ?>> of(@Nullable Object data) {
    return dependencies(rdds(data), true);
  }

  /** Those of them that no other of them is made of. */
  private static Collection<ShuffleDependency<?, ?, ?>> nearest(@Nullable Object data) {
    return dependencies(rdds(data), false).values();
  }

  private static List<RDD<?>> rdds(@Nullable Object data) {
    if (data instanceof JavaRDDLike<?, ?> wrapped) {
      return List.of(wrapped.rdd());
    }
    if (data instanceof Dataset<?> dataset && !dataset.isStreaming()) {
      return sources(dataset);
    }
    return data instanceof RDD<?> rdd ? List.of(rdd) : List.of();
  }

  private static List<RDD<?>> sources(Dataset<?> dataset) {
    List<RDD<?>> sources = new ArrayList<>();
    for (LogicalPlan leaf :
        CollectionConverters.asJava(dataset.queryExecution().analyzed().collectLeaves())) {
      if (leaf instanceof LogicalRDD plain) {
        sources.add(plain.rdd());
      } else if (leaf instanceof ExternalRDD<?> typed) {
        sources.add(typed.rdd());
      }
    }
    return sources;
  }

  private static Set<Integer> below(Collection<? extends RDD<?>> from) {
    return new HashSet<>(dependencies(from, true).keySet());
  }

  private static Map<Integer, ShuffleDependency<?, ?, ?>> dependencies(
      Collection<? extends RDD<?>> from, boolean below) {
    Map<Integer, ShuffleDependency<?, ?, ?>> found = new HashMap<>();
    Set<RDD<?>> seen = new HashSet<>();
    Deque<RDD<?>> waiting = new ArrayDeque<>(from);
    while (!waiting.isEmpty()) {
      RDD<?> next = waiting.remove();
      if (seen.add(next)) {
        for (Dependency<?> each : CollectionConverters.asJava(next.dependencies())) {
          if (each instanceof ShuffleDependency<?, ?, ?> shuffle) {
            found.put(shuffle.shuffleId(), shuffle);
            if (!below) {
              continue;
            }
          }
          waiting.add(each.rdd());
        }
      }
    }
    return found;
  }

  /**
   * Forgets what a shuffle has written and deletes the files. Where Spark's cleaner has been faster
   * nothing is left to do: it takes what no RDD refers to any more, at any moment.
   */
  void forget(int shuffle) {
    if (!unregistered(shuffle)) {
      return;
    }
    try {
      // Not in the background: files that the next run of the stage writes belong to the same.
      context.env().blockManager().master().removeShuffle(shuffle, true);
    } catch (RuntimeException e) {
      LOG.warn("files of the forgotten shuffle {} stay until its RDD is gone", shuffle, e);
    }
  }

  /** Returns false if Spark did not know the shuffle any more. */
  private boolean unregistered(int shuffle) {
    try {
      tracker.unregisterAllMapAndMergeOutput(shuffle);
      return true;
    } catch (Exception e) {
      if (has(shuffle)) {
        throw e;
      }
      LOG.debug("shuffle {} is gone already", shuffle, e);
      return false;
    }
  }
}
