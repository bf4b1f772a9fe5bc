// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.decisionlab.core.decision.CacheDecision;
import org.decisionlab.core.decision.DecisionPolicy;
import org.decisionlab.simulator.replay.Contender;
import org.decisionlab.simulator.replay.Replay;
import org.decisionlab.simulator.replay.ReplayReport;
import org.junit.jupiter.api.Test;

/** Each teaching workload has the winner it was made for. */
class TeachingTest {

  private static final DecisionPolicy SEEN_TWICE =
      (access, stats) -> CacheDecision.rule(stats.accesses() >= 2);

  private static final DecisionPolicy SMALL =
      (access, stats) -> {
        Long size = access.sizeBytes();
        return CacheDecision.rule(size != null && size < 1L << 30);
      };

  private static ReplayReport replay(Preset preset) {
    return Replay.of(preset.records(Span.ofDays(10, 5)).toList())
        .warmUpShare(0.3)
        .cache("5%")
        .run(
            Contender.lru(),
            Contender.fifo(),
            Contender.sieve(),
            Contender.lru().admitting("frequent", SEEN_TWICE),
            Contender.lru().admitting("small", SMALL));
  }

  private static double hits(ReplayReport report, String contender) {
    return report.row(contender).tally().hitRatio();
  }

  @Test
  void frequencyIsWonByCounting() {
    ReplayReport report = replay(Preset.FREQUENCY);
    assertThat(hits(report, "frequent")).isGreaterThan(hits(report, "LRU") + 0.05);
    assertThat(hits(report, "SIEVE")).isGreaterThan(hits(report, "LRU") + 0.05);
  }

  @Test
  void recencyIsWonByLru() {
    ReplayReport report = replay(Preset.RECENCY);
    assertThat(hits(report, "LRU")).isGreaterThan(hits(report, "FIFO"));
    assertThat(hits(report, "LRU")).isGreaterThan(hits(report, "SIEVE"));
    assertThat(hits(report, "LRU")).isGreaterThan(hits(report, "frequent") + 0.05);
  }

  @Test
  void sizeFocusedIsWonByLookingAtTheSize() {
    ReplayReport report = replay(Preset.SIZE_FOCUSED);
    assertThat(hits(report, "small")).isGreaterThan(hits(report, "LRU") + 0.05);
    assertThat(hits(report, "small")).isGreaterThan(hits(report, "frequent") + 0.02);
  }

  @Test
  void randomIsWonByNobody() {
    ReplayReport report = replay(Preset.RANDOM);
    assertThat(hits(report, "LRU")).isCloseTo(0.05, within(0.01));
    assertThat(hits(report, "SIEVE")).isCloseTo(0.05, within(0.01));
    assertThat(hits(report, "frequent")).isCloseTo(0.05, within(0.01));
  }
}
