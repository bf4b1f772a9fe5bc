// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.name.LogicalFileName;
import org.decisionlab.simulator.trace.Trace;
import org.decisionlab.simulator.trace.TraceOptions;
import org.decisionlab.simulator.trace.TraceStatistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PresetTest {

  private static final double MIB = 1 << 20;

  private static Span small(long seed) {
    return Span.ofDays(3, seed).withRequestsPerDay(500);
  }

  private static TraceStatistics statistics(Preset preset, long seed) {
    return Trace.read(preset.records(Span.ofDays(30, seed)), TraceOptions.DEFAULT).statistics();
  }

  /** Any change of these is a change of every workload that somebody has quoted a seed of. */
  @ParameterizedTest
  @CsvSource({
    "IT_2018_LIKE, 394be6a61bdbd1182fb52d58705a95e573473760608506d05c8f4b99c9f29bf8",
    "SOCAL_LIKE, f49fee109c9e17f85046e42b18dff728e44af0dfeb81c1f4cc8973a6aaee11f4",
    "FREQUENCY, 476b88ea72fadc79740bed06f16bfba30c2d67c71348177a63c4d60043802391",
    "RECENCY, f8310cb4a9680278ea76c175c5567fc99de3e28256eab1557fca5c9979030649",
    "SIZE_FOCUSED, 049c05bc9564c37118da1900be2fecf70c1cc669ca12c541d0bb7e8d69387671",
    "RANDOM, e40038e351747d0db0ad74100bffc72e2341ae4c6705e14fbbcca9e807deb1b0",
  })
  void aSeedGivesTheSameTextEverywhere(Preset preset, String sha256, @TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("records.json");
    assertThat(new GenerateRequest(preset, small(42), file).run().sha256()).isEqualTo(sha256);
  }

  @Test
  void readingFromAfarCostsNineteenPointsOfEfficiency() {
    Map<String, Double> efficiency =
        Preset.IT_2018_LIKE
            .records(Span.ofDays(5, 4))
            .collect(
                Collectors.groupingBy(
                    AccessRecord::protocol,
                    Collectors.averagingDouble(
                        r -> r.job().cpuSeconds() / (r.job().cpuSeconds() + r.job().ioSeconds()))));
    assertThat(efficiency.keySet()).containsExactlyInAnyOrder("local", "remote");
    assertThat(efficiency.get("local") - efficiency.get("remote")).isCloseTo(0.19, within(0.01));
  }

  @ParameterizedTest
  @EnumSource
  void recordsComeInTimeOrderWithinTheSpan(Preset preset) {
    Span span = small(7);
    List<AccessRecord> records = preset.records(span).toList();
    assertThat(records).hasSizeBetween(150, 6_000);
    Instant last = span.start();
    Map<String, Long> sizes = new HashMap<>();
    for (AccessRecord record : records) {
      assertThat(record.openedAt()).isBetween(last, span.end().minusNanos(1));
      last = record.openedAt();
      assertThat(sizes.merge(record.lfn(), record.sizeBytes(), (a, b) -> a))
          .isEqualTo(record.sizeBytes());
      assertThat(record.readBytes()).isBetween(0L, record.sizeBytes());
      assertThat(record.closedAt()).isAfter(record.openedAt());
    }
  }

  @ParameterizedTest
  @EnumSource
  void seedsDifferAndRepeat(Preset preset) {
    List<AccessRecord> one = preset.records(small(1)).toList();
    assertThat(preset.records(small(1)).toList()).isEqualTo(one);
    assertThat(preset.records(small(2)).toList()).isNotEqualTo(one);
  }

  @Test
  void namesFollowTheGrammar() {
    Pattern full =
        Pattern.compile(
            "/store/(mc|data)/[A-Za-z0-9]+/[^/]+/[A-Z-]+/[^/]+-v\\d+/\\d{5}/"
                + "[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}\\.root");
    Map<String, String> datasetOfDirectory = new HashMap<>();
    Stream<AccessRecord> records = Preset.IT_2018_LIKE.records(small(3));
    for (AccessRecord record : records.toList()) {
      LogicalFileName name = LogicalFileName.parse(record.lfn());
      if (name.storeClass().equals("user")) {
        assertThat(record.lfn())
            .matches("/store/user/cmsuser\\d+/[^/]+/crab_skim\\d+/\\d{4}/tree_\\d+\\.root");
      } else {
        assertThat(record.lfn()).matches(full);
        assertThat(name.dataset()).isNotEqualTo(LogicalFileName.UNKNOWN);
      }
      String directory = record.lfn().replaceAll("/\\d+/[^/]+$", "");
      assertThat(datasetOfDirectory.merge(directory, name.group(), (a, b) -> a))
          .isEqualTo(name.group());
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "3"})
  void italyLooksLikeItaly(long seed) {
    TraceStatistics s = statistics(Preset.IT_2018_LIKE, seed);
    assertThat(s.requests()).isBetween(55_000L, 125_000L);
    assertThat(s.sizes().mean() / MIB).isBetween(2_600.0, 3_600.0);
    assertThat(s.sizes().deviation() / MIB).isBetween(1_600.0, 2_400.0);
    assertThat(s.sizes().max() / MIB).isBetween(20_000.0, 47_585.0);
    assertThat(s.popularity().once()).isBetween(0.25, 0.60);
    assertThat(s.popularity().atMostTwice()).isBetween(0.40, 0.80);
    assertThat(s.daily().days()).isEqualTo(30);
    assertThat(s.daily().reuse()).isBetween(1.3, 2.8);
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "3"})
  void southernCaliforniaReusesMore(long seed) {
    TraceStatistics s = statistics(Preset.SOCAL_LIKE, seed);
    assertThat(s.requests()).isBetween(55_000L, 140_000L);
    assertThat(s.daily().reuse()).isBetween(3.0, 10.0);
  }

  @Test
  void theSizeTableIsNearThePublishedMoments() {
    double mean = 0;
    double squares = 0;
    int steps = 100_000;
    for (int i = 0; i < steps; i++) {
      double size = FileSizes.mebibytes((i + 0.5) / steps);
      mean += size / steps;
      squares += size * size / steps;
    }
    assertThat(mean).isBetween(3_350.0, 3_500.0);
    assertThat(Math.sqrt(squares - mean * mean)).isBetween(2_100.0, 2_250.0);
    assertThat(FileSizes.mebibytes(0)).isEqualTo(0.1);
    assertThat(FileSizes.mebibytes(1 - 1e-12)).isEqualTo(47_585);
  }

  @Test
  void whatCannotBeGeneratedIsRefused() {
    assertThatThrownBy(() -> Span.ofDays(0, 1)).hasMessageContaining("1 to 3650: 0");
    assertThatThrownBy(() -> Span.ofDays(3650, 1).withRequestsPerDay(1_000_000))
        .hasMessageContaining("at most 1000000000 records");
    assertThatThrownBy(() -> new Span(Instant.parse("2018-01-01T01:00:00Z"), 1, 100, 1))
        .hasMessageContaining("midnight");
    assertThatThrownBy(() -> Preset.of("cern")).hasMessageContaining("it-2018-like, socal-like");
    assertThat(Preset.of("SoCal_like")).isEqualTo(Preset.SOCAL_LIKE);
  }
}
