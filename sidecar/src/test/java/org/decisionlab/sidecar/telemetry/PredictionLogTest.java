// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictionLogTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final Observations.Version VERSION = new Observations.Version("reuse", 3);
  private static final int ROWS = 20_000;

  @TempDir Path directory;

  /** Logs rows 0, 1, ... with the answer i/2, and reads what was written. */
  private List<JsonNode> logged(double share, long bytes) throws Exception {
    try (RollingFile file = new RollingFile(directory, "predictions", bytes)) {
      PredictionLog log = new PredictionLog(file, share, new Random(7));
      for (int i = 0; i < ROWS; i++) {
        log.add(CLOCK, VERSION, new float[] {i, -0.1f}, new float[] {i / 2f});
      }
      assertThat(file.dropped()).isZero();
    }
    List<JsonNode> lines = new ArrayList<>();
    for (Path each : RollingFile.files(directory, "predictions")) {
      for (String line : Files.readAllLines(each)) {
        lines.add(JSON.readTree(line));
      }
    }
    return lines;
  }

  @Test
  void aShareOfTheRowsIsWrittenWithTheirAnswers() throws Exception {
    List<JsonNode> lines = logged(0.25, 1 << 24);
    // Seven standard deviations of a fair draw.
    assertThat(lines.size()).as("seed 7").isBetween(4_570, 5_430);
    for (JsonNode line : lines) {
      assertThat(line.path("row")).hasSize(2);
      assertThat(line.path("answer").get(0).asDouble())
          .isEqualTo(line.path("row").get(0).asDouble() / 2);
    }
    assertThat(lines.get(0).path("row").get(1).asText()).isEqualTo("-0.1");
    assertThat(lines.get(0).path("time").asText()).isEqualTo(NOW.toString());
    assertThat(lines.get(0).path("model").asText()).isEqualTo("reuse");
    assertThat(lines.get(0).path("version").asInt()).isEqualTo(3);
  }

  @Test
  void whatIsMissingIsNull() throws Exception {
    try (RollingFile file = new RollingFile(directory, "predictions", 1 << 20)) {
      new PredictionLog(file, 1, new Random(7))
          .add(CLOCK, VERSION, new float[] {Float.NaN, 1}, new float[] {0});
    }
    Path written = RollingFile.files(directory, "predictions").get(0);
    assertThat(Files.readString(written)).contains("\"row\":[null,1.0]");
  }

  @Test
  void allAndNone() throws Exception {
    assertThat(logged(0, 1 << 24)).isEmpty();
    assertThat(logged(1, 1 << 24)).hasSize(ROWS);
  }

  /** The bound is kept, files change in between, and every line that is left is whole. */
  @Test
  void theLatestRowsSurviveRotation() throws Exception {
    long bound = 256 << 10;
    List<JsonNode> lines = logged(1, bound);
    List<Path> files = RollingFile.files(directory, "predictions");
    assertThat(files.size()).isGreaterThan(2);
    long bytes = 0;
    for (Path file : files) {
      bytes += Files.size(file);
    }
    assertThat(bytes).isLessThan(bound + 1_025 * 120L);
    assertThat(lines.size()).isBetween(1_000, ROWS - 1);
    int first = ROWS - lines.size();
    for (int i = 0; i < lines.size(); i++) {
      assertThat(lines.get(i).path("row").get(0).asInt()).isEqualTo(first + i);
    }
  }
}
