// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.replay;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.decisionlab.simulator.cache.Tally;

/** A report as JSON: bytes and ratios, not scaled; times in ISO 8601, UTC. */
final class ReportJson {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ReportJson() {}

  static String render(ReplayReport report) {
    ObjectNode root = JSON.createObjectNode();
    setting(root.putObject("setting"), report.setting());
    for (SimulationResult row : report.rows()) {
      ObjectNode node = root.withArray("results").addObject();
      node.put("cache", row.cache()).put("capacity_bytes", row.capacityBytes());
      node.put("contender", row.contender());
      tally(node, row.tally());
      node.put("throughput_per_day", Double.isNaN(row.throughput()) ? null : row.throughput());
      node.put("requests_per_second", Math.round(row.requestsPerSecond()));
      for (PeriodResult day : row.days()) {
        ObjectNode daily = node.withArray("days").addObject();
        daily.put("start", day.start().toString());
        tally(daily, day.tally());
      }
    }
    return root.toPrettyString() + "\n";
  }

  private static void setting(ObjectNode node, ReplayReport.Setting setting) {
    node.put("requests", setting.requests())
        .put("files", setting.files())
        .put("distinct_bytes", setting.distinctBytes())
        .put("warm_up_requests", setting.warmUp())
        .put("warm_up_rule", setting.warmUpRule())
        .put("counted_from", setting.countedFrom().toString())
        .put("counted_to", setting.countedTo().toString())
        .put("reordered", setting.reordered())
        .put("left_out", setting.leftOut())
        .put("sizes_borrowed", setting.borrowed());
  }

  private static void tally(ObjectNode node, Tally tally) {
    node.put("requests", tally.requests())
        .put("hits", tally.hits())
        .put("misses", tally.misses())
        .put("hit_ratio", tally.hitRatio())
        .put("byte_hit_ratio", tally.byteHitRatio())
        .put("bytes_read", tally.bytesAsked())
        .put("bytes_hit", tally.bytesHit())
        .put("bytes_written", tally.bytesWritten())
        .put("bytes_deleted", tally.bytesDeleted())
        .put("refused", tally.refused())
        .put("too_large", tally.tooLarge())
        .put("writes_per_byte_read", tally.writesPerByteRead());
  }
}
