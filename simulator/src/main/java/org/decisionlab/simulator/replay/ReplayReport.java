// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.replay;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.decisionlab.simulator.cache.CacheSize;
import org.decisionlab.simulator.trace.Trace;

/**
 * The results of a replay: by cache size, then contender, in the order in which they were named.
 *
 * @param setting what was replayed and what was counted
 * @param rows one result per cache size and contender
 */
public record ReplayReport(Setting setting, List<SimulationResult> rows) {

  /** Copies its list. */
  public ReplayReport {
    rows = List.copyOf(rows);
  }

  /**
   * What was replayed and what was counted.
   *
   * @param requests requests of the trace
   * @param files distinct files of the trace
   * @param distinctBytes their bytes
   * @param warmUp requests that only warmed up
   * @param warmUpRule how those were chosen, in words
   * @param countedFrom time of the first counted request
   * @param countedTo time of the last request
   * @param reordered records that came out of time order and were sorted
   * @param leftOut records left out because no record tells the size of their file
   * @param borrowed records without a size that took that of another record of their file
   */
  public record Setting(
      long requests,
      long files,
      long distinctBytes,
      long warmUp,
      String warmUpRule,
      Instant countedFrom,
      Instant countedTo,
      long reordered,
      long leftOut,
      long borrowed) {

    static Setting of(Trace trace, WarmUp warmUp) {
      return new Setting(
          trace.requests(),
          trace.files(),
          trace.distinctBytes(),
          warmUp.requests(),
          warmUp.rule(),
          trace.time(warmUp.requests()),
          trace.time(trace.requests() - 1),
          trace.reordered(),
          trace.leftOut(),
          trace.borrowed());
    }
  }

  /**
   * The part of the report about one cache size.
   *
   * @param size as {@link CacheSize#parse} reads it
   */
  public ReplayReport at(String size) {
    String wanted = CacheSize.parse(size).toString();
    List<SimulationResult> some = rows.stream().filter(r -> r.cache().equals(wanted)).toList();
    if (some.isEmpty()) {
      throw new IllegalArgumentException(
          "no cache of " + wanted + " was replayed; there are: " + String.join(", ", sizes()));
    }
    return new ReplayReport(setting, some);
  }

  /**
   * The result of one contender in a report about one cache size.
   *
   * @throws IllegalArgumentException when there is none of that name
   * @throws IllegalStateException when the report is about several sizes; choose with {@link #at}
   */
  public SimulationResult row(String contender) {
    if (sizes().size() > 1) {
      throw new IllegalStateException(
          "the report is about several cache sizes; choose one with at(...): "
              + String.join(", ", sizes()));
    }
    return rows.stream()
        .filter(r -> r.contender().equals(contender))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no contender '"
                        + contender
                        + "'; there are: "
                        + rows.stream()
                            .map(SimulationResult::contender)
                            .collect(Collectors.joining(", "))));
  }

  /** How far the byte hit ratio of one contender is above that of another. */
  public Difference difference(String first, String second) {
    return difference(Metric.BYTE_HIT_RATIO, first, second);
  }

  /** How far a ratio of one contender is above that of another, in a report about one size. */
  public Difference difference(Metric metric, String first, String second) {
    return Difference.of(metric, row(first), row(second));
  }

  /** The report as a table for people. */
  public String toText() {
    return ReportFormat.TABLE.render(this);
  }

  @Override
  public String toString() {
    return toText();
  }

  private Set<String> sizes() {
    return rows.stream()
        .map(SimulationResult::cache)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
