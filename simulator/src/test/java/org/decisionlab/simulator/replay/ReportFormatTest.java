// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.decisionlab.core.access.AccessFormat;
import org.decisionlab.simulator.Traces;
import org.decisionlab.simulator.cache.CacheSize;
import org.decisionlab.simulator.policy.Eviction;
import org.decisionlab.simulator.trace.TraceOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFormatTest {

  private static ReplayReport report() {
    return Replay.of(Traces.records("a:1024 b:1024 a:1024 c:1024"))
        .cache("2K")
        .run(Contender.lru(), Contender.lru().named("my, \"own\""));
  }

  @Test
  void table() {
    List<String> lines = report().toText().lines().toList();
    assertThat(lines.get(0))
        .isEqualTo(
            "4 requests for 3 files of 3.00 KiB; counted are 4 from 2018-05-01T00:00:00Z to"
                + " 2018-05-01T00:03:00Z (no warm-up)");
    assertThat(lines.get(1)).startsWith("cache  contender").endsWith("req/s");
    assertThat(lines.get(2)).startsWith("2KiB   LRU").contains("25.00", "4.00 KiB", "0.750");
  }

  @Test
  void csv() {
    List<String> lines = ReportFormat.CSV.render(report()).lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0).split(",", -1)).hasSize(17);
    assertThat(lines.get(1))
        .startsWith("2KiB,2048,LRU,4,1,3,0.25,0.25,4096,1024,3072,1024,0,0,0.75,");
    assertThat(lines.get(2)).startsWith("2KiB,2048,\"my, \"\"own\"\"\",4,");
  }

  @Test
  void json() throws IOException {
    JsonNode root = JsonMapper.builder().build().readTree(ReportFormat.JSON.render(report()));
    assertThat(root.at("/setting/distinct_bytes").asLong()).isEqualTo(3072);
    assertThat(root.at("/results/0/contender").asText()).isEqualTo("LRU");
    assertThat(root.at("/results/0/byte_hit_ratio").asDouble()).isEqualTo(0.25);
    assertThat(root.at("/results/1/days/0/bytes_written").asLong()).isEqualTo(3072);
  }

  @Test
  void formatsAreFoundByName() {
    assertThat(ReportFormat.of("json")).isEqualTo(ReportFormat.JSON);
    assertThatThrownBy(() -> ReportFormat.of("xml")).hasMessageContaining("table, csv, json");
    assertThat(Eviction.parseList("lru, Sieve")).containsExactly(Eviction.LRU, Eviction.SIEVE);
    assertThatThrownBy(() -> Eviction.of("arc")).hasMessageContaining("lru, fifo, sieve, belady");
  }

  @Test
  void aRequestReadsAFileAndReplaysIt(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("t.tr"), "1 a 5\n2 b 5\n3 a 5\n4 b 5\n");
    SimulateRequest request =
        new SimulateRequest(
            file,
            null,
            List.of(Eviction.LRU, Eviction.BELADY),
            CacheSize.parseList("5B,100%"),
            0,
            TraceOptions.DEFAULT);
    ReplayReport report = request.run();
    assertThat(report.rows()).extracting(r -> r.tally().hits()).containsExactly(0L, 0L, 2L, 2L);
    assertThatThrownBy(
            () ->
                new SimulateRequest(
                        file,
                        AccessFormat.XROOTD_JSON,
                        List.of(Eviction.LRU),
                        CacheSize.parseList("5B"),
                        0,
                        TraceOptions.DEFAULT)
                    .run())
        .hasMessageContaining("t.tr");
  }
}
