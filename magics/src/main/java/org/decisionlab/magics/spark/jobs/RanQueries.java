// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.catalyst.plans.logical.DeserializeToObject;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.QueryExecution;
import org.decisionlab.kernel.cell.CarriedMoment;
import org.decisionlab.kernel.cell.CarriedPresent;
import org.jspecify.annotations.Nullable;

/**
 * With what values the queries of datasets ran. A dataset keeps the plan with which its query
 * ended: relations found empty, others that were sent whole. Where a value has changed since, an
 * action is given a dataset that is planned anew. Memory is bounded: what has run more functions is
 * planned anew, whatever they read. Not safe for use by several threads at once.
 */
final class RanQueries {

  private static final int MOST = 1000;

  private final Map<String, Ran> running = new LinkedHashMap<>();
  private final Map<QueryExecution, Ran> ended = new WeakHashMap<>();
  private final Map<LogicalPlan, Ran> asRdds = new WeakHashMap<>();
  private final Map<QueryExecution, Dataset<?>> planned = new WeakHashMap<>();

  /** Those that were planned since events were lost; {@code null} where none were. */
  private @Nullable Set<QueryExecution> since;

  /**
   * A stage has run, or what it wrote before is read.
   *
   * @param functions by which its data were computed
   * @param unknown whether there were others, of which nothing is known
   */
  void ran(String work, List<CarriedMoment> functions, boolean unknown) {
    if (work.startsWith(SparkEvents.QUERY) && (unknown || !functions.isEmpty())) {
      running.computeIfAbsent(work, key -> new Ran()).add(functions, unknown);
      // So many do not run at the same time: the end of the oldest was not told.
      if (running.size() > MOST) {
        running.remove(running.keySet().iterator().next());
      }
    }
  }

  /**
   * A query has ended.
   *
   * @param query its plan, where it is known
   */
  void ended(String work, @Nullable QueryExecution query) {
    Ran ran = running.remove(work);
    if (ran != null && query != null) {
      ended.computeIfAbsent(query, key -> new Ran()).add(ran.functions, ran.unknown);
      // The RDD of a dataset is made by a query of its own, once, of the analyzed plan.
      if (query.logical() instanceof DeserializeToObject rdd) {
        asRdds.computeIfAbsent(rdd.child(), key -> new Ran()).add(ran.functions, ran.unknown);
      }
    }
  }

  /** Some queries may have run of which nothing was told. */
  void lost() {
    since = Collections.newSetFromMap(new WeakHashMap<>());
  }

  void clear() {
    since = null;
    running.clear();
    ended.clear();
    asRdds.clear();
    planned.clear();
  }

  /**
   * What an action is to be called of: the object itself, or a dataset that is planned anew.
   *
   * @param atWork queries that run with what has changed since
   */
  @Nullable Object present(
      @Nullable Object data, CarriedPresent now, Supplier<Set<String>> atWork) {
    if (!(data instanceof Dataset<?> dataset) || dataset.isStreaming()) {
      return data;
    }
    QueryExecution first = dataset.queryExecution();
    Dataset<?> current = planned.getOrDefault(first, dataset);
    if (isFormer(current.queryExecution(), now) || runs(current.queryExecution(), now, atWork)) {
      current = anew(dataset);
      planned.put(first, current);
      if (since != null) {
        since.add(current.queryExecution());
      }
    }
    return current;
  }

  private boolean isFormer(QueryExecution query, CarriedPresent now) {
    if (since != null && !since.contains(query)) {
      return true;
    }
    Ran itself = ended.get(query);
    Ran asRdd = asRdds.get(query.commandExecuted());
    return (itself != null && itself.isFormer(now)) || (asRdd != null && asRdd.isFormer(now));
  }

  /** Whether a query of this plan is at work with other values: its stages would be shared. */
  private boolean runs(QueryExecution query, CarriedPresent now, Supplier<Set<String>> former) {
    Set<String> works = new HashSet<>(former.get());
    running.forEach(
        (work, ran) -> {
          if (ran.isFormer(now)) {
            works.add(work);
          }
        });
    return works.stream().anyMatch(each -> WrittenShuffles.atWork(each) == query);
  }

  private static <T> Dataset<T> anew(Dataset<T> dataset) {
    return dataset.as(dataset.encoder());
  }

  /** What the runs of one query were computed with. */
  private static final class Ran {

    private final List<CarriedMoment> functions = new ArrayList<>();
    private boolean unknown;

    /** Runs are added up: a later one does not compute what an earlier one has left. */
    void add(List<CarriedMoment> more, boolean unknownMore) {
      unknown |= unknownMore || functions.size() + more.size() > MOST;
      if (unknown) {
        functions.clear();
      } else {
        functions.addAll(more);
      }
    }

    boolean isFormer(CarriedPresent now) {
      return unknown || functions.stream().anyMatch(each -> !now.changedSince(each).isEmpty());
    }
  }
}
