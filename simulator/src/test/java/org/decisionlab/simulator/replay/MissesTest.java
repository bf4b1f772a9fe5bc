// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.simulator.Traces;
import org.decisionlab.simulator.cache.CacheSize;
import org.decisionlab.simulator.trace.Trace;
import org.junit.jupiter.api.Test;

class MissesTest {

  private static boolean[] all(List<AccessRecord> records, String size) {
    return Misses.of(Trace.of(records), CacheSize.parse(size))
        .among(
            records.stream().map(AccessRecord::lfn).toList(),
            records.stream().map(AccessRecord::openedAt).toList());
  }

  /** Two bytes hold two files; c pushes b out, b pushes c out. */
  @Test
  void areThoseOfAnLruCacheThatStoresEverything() {
    assertThat(all(Traces.records("a b a c b a"), "2B"))
        .containsExactly(true, true, false, true, true, true);
    assertThat(Misses.of(Traces.of("a b a c b a"), CacheSize.parse("2B")).count()).isEqualTo(5);
    assertThat(all(Traces.records("a b a c b a"), "100%"))
        .containsExactly(true, true, false, true, false, false);
  }

  @Test
  void agreeWithTheReplay() {
    long seed = 11;
    List<AccessRecord> records = Traces.random(seed, 3_000, 200);
    boolean[] missed = all(records, "15%");
    int count = 0;
    for (boolean one : missed) {
      count += one ? 1 : 0;
    }
    long expected =
        Replay.of(records).cache("15%").run(Contender.lru()).row("LRU").tally().misses();
    assertThat(count).as("seed %d", seed).isEqualTo((int) expected);
  }

  @Test
  void rowsAreFoundByFileAndTime() {
    Instant at = Traces.START;
    List<AccessRecord> twice =
        List.of(
            AccessRecord.of("/store/user/ada/f", at, 1L),
            AccessRecord.of("/store/user/ada/f", at, 1L));
    Misses misses = Misses.of(Trace.of(twice), CacheSize.parse("10B"));
    String other = "root://host.example.org//eos/cms/store/user/ada/f";
    assertThat(misses.among(List.of(other, other, other), List.of(at, at, at.plusMillis(1))))
        .as("one of two at an instant missed; another instant is not in the trace")
        .containsExactly(true, false, false);
    assertThatThrownBy(() -> misses.among(List.of(other), List.of()))
        .hasMessageContaining("1 names and 0 times");
  }
}
