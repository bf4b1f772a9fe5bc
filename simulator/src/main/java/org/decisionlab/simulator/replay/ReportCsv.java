// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.replay;

import java.util.List;
import java.util.stream.Collectors;
import org.decisionlab.simulator.cache.Tally;

/** A report as comma-separated values: bytes and ratios, not scaled. */
final class ReportCsv {

  private static final String HEADER =
      "cache,capacity_bytes,contender,requests,hits,misses,hit_ratio,byte_hit_ratio,bytes_read,"
          + "bytes_hit,bytes_written,bytes_deleted,refused,too_large,writes_per_byte_read,"
          + "throughput_per_day,requests_per_second\n";

  private ReportCsv() {}

  static String render(ReplayReport report) {
    StringBuilder text = new StringBuilder(HEADER);
    for (SimulationResult row : report.rows()) {
      text.append(line(row)).append('\n');
    }
    return text.toString();
  }

  private static String line(SimulationResult row) {
    Tally t = row.tally();
    List<Object> values =
        List.of(
            row.cache(),
            row.capacityBytes(),
            quoted(row.contender()),
            t.requests(),
            t.hits(),
            t.misses(),
            t.hitRatio(),
            t.byteHitRatio(),
            t.bytesAsked(),
            t.bytesHit(),
            t.bytesWritten(),
            t.bytesDeleted(),
            t.refused(),
            t.tooLarge(),
            t.writesPerByteRead(),
            Double.isNaN(row.throughput()) ? "" : row.throughput(),
            Math.round(row.requestsPerSecond()));
    return values.stream().map(Object::toString).collect(Collectors.joining(","));
  }

  private static String quoted(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
