// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.simulator.Traces;
import org.decisionlab.simulator.cache.Admission;
import org.decisionlab.simulator.cache.Cache;
import org.decisionlab.simulator.cache.CacheSize;
import org.decisionlab.simulator.policy.Eviction;
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

  /** Ten requests share a millisecond; a table keeps no more of their times. */
  @Test
  void rowsWhoseTimesWereCutToMillisecondsAreTheSame() {
    long seed = 12;
    List<AccessRecord> records = new ArrayList<>();
    for (AccessRecord record : Traces.random(seed, 2_000, 40)) {
      Instant at = Traces.START.plus(records.size() * 100L, ChronoUnit.MICROS);
      records.add(AccessRecord.of(record.lfn(), at, record.sizeBytes()));
    }
    Misses misses = Misses.of(Trace.of(records), CacheSize.parse("15%"));
    List<String> names = records.stream().map(AccessRecord::lfn).toList();
    List<Instant> exact = records.stream().map(AccessRecord::openedAt).toList();
    List<Instant> cut = exact.stream().map(at -> at.truncatedTo(ChronoUnit.MILLIS)).toList();
    Cache cache =
        new Cache(
            Trace.of(records),
            CacheSize.parse("15%").bytesOf(Trace.of(records).distinctBytes()),
            Eviction.LRU.create(Trace.of(records)),
            Admission.ALL);
    boolean[] expected = new boolean[records.size()];
    for (int request = 0; request < expected.length; request++) {
      expected[request] = cache.serve(request, request + 1).hits() == 0;
    }
    assertThat(misses.among(names, exact)).as("seed %d", seed).isEqualTo(expected);
    assertThat(misses.among(names, cut)).as("seed %d", seed).isEqualTo(expected);
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
    assertThat(misses.among(List.of(other, other), List.of(at, at)))
        .as("the first of two at an instant missed")
        .containsExactly(true, false);
    assertThatThrownBy(() -> misses.among(List.of(other), List.of(at.plusMillis(1))))
        .hasMessageContaining("row 0 is not in the trace: " + other)
        .hasMessageContaining("2018-05-01T00:00:00.001Z");
    assertThatThrownBy(() -> misses.among(List.of(other), List.of(at.minusMillis(1))))
        .hasMessageContaining("row 0 is not in the trace");
    assertThatThrownBy(() -> misses.among(List.of(other, "/store/user/ada/g"), List.of(at, at)))
        .hasMessageContaining("row 1 is not in the trace: /store/user/ada/g");
    assertThatThrownBy(() -> misses.among(List.of(other, other, other), List.of(at, at, at)))
        .hasMessageContaining("row 2 is not in the trace")
        .hasMessageContaining("is asked for 2 times only");
    assertThatThrownBy(() -> misses.among(List.of(other), List.of()))
        .hasMessageContaining("1 names and 0 times");
  }
}
