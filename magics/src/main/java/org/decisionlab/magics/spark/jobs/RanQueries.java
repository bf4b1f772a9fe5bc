// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
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
 * action is given a dataset that is planned anew. Not safe for use by several threads at once.
 */
final class RanQueries {

  private final Map<String, List<CarriedMoment>> running = new HashMap<>();
  private final Map<QueryExecution, List<CarriedMoment>> ended = new WeakHashMap<>();
  private final Map<LogicalPlan, List<CarriedMoment>> asRdds = new WeakHashMap<>();
  private final Map<QueryExecution, Dataset<?>> planned = new WeakHashMap<>();

  /** A stage has run. */
  void ran(String work, List<CarriedMoment> functions) {
    if (work.startsWith(SparkEvents.QUERY) && !functions.isEmpty()) {
      running.computeIfAbsent(work, key -> new ArrayList<>()).addAll(functions);
    }
  }

  /** A query has ended. */
  void ended(String work, QueryExecution query) {
    List<CarriedMoment> functions = running.remove(work);
    if (functions != null) {
      ended.computeIfAbsent(query, key -> new ArrayList<>()).addAll(functions);
      // The RDD of a dataset is made by a query of its own, once.
      if (query.logical() instanceof DeserializeToObject rdd) {
        asRdds.computeIfAbsent(rdd.child(), key -> new ArrayList<>()).addAll(functions);
      }
    }
  }

  void clear() {
    running.clear();
    ended.clear();
    asRdds.clear();
    planned.clear();
  }

  /** What an action is to be called of: the object itself, or a dataset that is planned anew. */
  @Nullable Object present(@Nullable Object data, CarriedPresent now) {
    if (!(data instanceof Dataset<?> dataset) || dataset.isStreaming()) {
      return data;
    }
    QueryExecution first = dataset.queryExecution();
    Dataset<?> current = planned.getOrDefault(first, dataset);
    if (isFormer(current, now)) {
      current = anew(dataset);
      planned.put(first, current);
    }
    return current;
  }

  private boolean isFormer(Dataset<?> dataset, CarriedPresent now) {
    List<CarriedMoment> functions =
        new ArrayList<>(ended.getOrDefault(dataset.queryExecution(), List.of()));
    functions.addAll(asRdds.getOrDefault(dataset.queryExecution().logical(), List.of()));
    return functions.stream().anyMatch(each -> !now.changedSince(each).isEmpty());
  }

  private static <T> Dataset<T> anew(Dataset<T> dataset) {
    return dataset.as(dataset.encoder());
  }
}
