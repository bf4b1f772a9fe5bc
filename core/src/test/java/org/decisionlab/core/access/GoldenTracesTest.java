// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.decisionlab.testing.Traces;
import org.junit.jupiter.api.Test;

/** Real traces against what others have counted in them. */
class GoldenTracesTest {

  /** The cleaned form of the same day was made by another program. */
  @Test
  void theWebLogGivesExactlyTheCleanedTrace() throws IOException {
    Path raw = Traces.find("nasa_http_19950801.raw.tsv.gz");
    List<String[]> cleaned = lines(Traces.find("nasa_http_19950801.tr.gz"));
    assertThat(AccessFormat.detect(raw)).isEqualTo(AccessFormat.WEB_LOG);
    Reading reading = Reading.of(AccessFormat.WEB_LOG, raw, ReadLimits.DEFAULT);

    assertThat(reading.records()).hasSize(30_286).hasSize(cleaned.size());
    assertThat(reading.report().rows()).isEqualTo(30_969);
    assertThat(reading.report().rows())
        .isEqualTo(
            reading.report().records()
                + reading.report().malformed()
                + reading.report().passedOverTotal());
    Map<String, String> idOfName = new HashMap<>();
    Map<String, String> nameOfId = new HashMap<>();
    for (int i = 0; i < cleaned.size(); i++) {
      AccessRecord record = reading.records().get(i);
      String[] expected = cleaned.get(i);
      assertThat(record.openedAt().getEpochSecond()).isEqualTo(Long.parseLong(expected[0]));
      assertThat(record.sizeBytes()).isEqualTo(Long.parseLong(expected[2]));
      String id = idOfName.putIfAbsent(record.lfn(), expected[1]);
      assertThat(id == null || id.equals(expected[1])).as("row %d", i).isTrue();
      String name = nameOfId.putIfAbsent(expected[1], record.lfn());
      assertThat(name == null || name.equals(record.lfn())).as("row %d", i).isTrue();
    }
    assertThat(idOfName).hasSize(1_731);
    assertThat(reading.records().stream().mapToLong(AccessRecord::sizeBytes).sum())
        .isEqualTo(553_347_136);
  }

  @Test
  void theCleanedTraceIsReadAsTimeIdSize() throws IOException {
    Path file = Traces.find("nasa_http_19950801.tr.gz");
    assertThat(AccessFormat.detect(file)).isEqualTo(AccessFormat.TIME_ID_SIZE);
    Reading reading = Reading.of(AccessFormat.TIME_ID_SIZE, file, ReadLimits.DEFAULT);
    assertThat(totals(reading)).containsExactly(30_286L, 1_731L, 553_347_136L, 109_359_310L);
  }

  @Test
  void oracleGeneralHasTheTotalsOfItsCatalogue() throws IOException {
    Path file = Traces.find("cloudphysics_io.oracleGeneral.bin");
    assertThat(AccessFormat.detect(file)).isEqualTo(AccessFormat.ORACLE_GENERAL);
    Reading reading = Reading.of(AccessFormat.ORACLE_GENERAL, file, ReadLimits.DEFAULT);
    assertThat(totals(reading)).containsExactly(113_872L, 48_974L, 4_368_040_448L, 2_029_769_728L);
    assertThat(reading.report().malformed()).isZero();
  }

  /** Requests, objects, bytes requested, bytes of distinct objects. */
  private static List<Long> totals(Reading reading) {
    Map<String, Long> objects = new HashMap<>();
    long bytes = 0;
    for (AccessRecord record : reading.records()) {
      objects.put(record.lfn(), record.sizeBytes());
      bytes += record.sizeBytes();
    }
    long distinct = objects.values().stream().mapToLong(Long::longValue).sum();
    return List.of((long) reading.records().size(), (long) objects.size(), bytes, distinct);
  }

  private static List<String[]> lines(Path gz) throws IOException {
    List<String[]> lines = new ArrayList<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(gz)), StandardCharsets.US_ASCII))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines.add(line.split(" ", -1));
      }
    }
    return lines;
  }
}
