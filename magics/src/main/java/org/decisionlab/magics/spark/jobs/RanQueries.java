// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.apache.spark.sql.Dataset;
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
    }
  }

  void clear() {
    running.clear();
    ended.clear();
  }

  /** What an action is to be called of: the object itself, or a dataset that is planned anew. */
  @Nullable Object present(@Nullable Object data, CarriedPresent now) {
    if (data instanceof Dataset<?> dataset && !dataset.isStreaming()) {
      List<CarriedMoment> functions = ended.getOrDefault(dataset.queryExecution(), List.of());
      if (functions.stream().anyMatch(each -> !now.changedSince(each).isEmpty())) {
        return anew(dataset);
      }
    }
    return data;
  }

  private static <T> Dataset<T> anew(Dataset<T> dataset) {
    return dataset.as(dataset.encoder());
  }
}
