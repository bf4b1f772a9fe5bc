// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.decision.CacheDecision;
import org.decisionlab.core.decision.DecisionPolicy;
import org.decisionlab.core.feature.FeatureMap;
import org.decisionlab.core.feature.FileHistory;
import org.decisionlab.simulator.Traces;
import org.decisionlab.simulator.policy.Eviction;
import org.decisionlab.simulator.trace.Trace;
import org.decisionlab.simulator.trace.TraceOptions;
import org.decisionlab.testing.SeededAccesses;
import org.junit.jupiter.api.Test;

class AdmissionTest {

  private static Tally serve(Trace trace, long capacity, DecisionPolicy policy) {
    Cache cache =
        new Cache(trace, capacity, Eviction.LRU.create(trace), Admission.by(trace, policy));
    Tally tally = cache.serve(0, trace.requests());
    cache.checkBooks();
    return tally;
  }

  @Test
  void thePolicyIsAskedOnMissesOnlyAndKnowsAllEarlierRequests() {
    List<String> asked = new ArrayList<>();
    DecisionPolicy second =
        (access, stats) -> {
          asked.add(access.lfn() + stats.accesses());
          return CacheDecision.rule(stats.accesses() >= 1);
        };
    // a: miss, refused. a: miss, stored. a: hit. b: refused. a: hit. b: stored. a, b: hits.
    Tally tally = serve(Traces.of("a a a b a b a b"), 10, second);
    assertThat(asked).containsExactly("a0", "a1", "b0", "b1");
    assertThat(tally).isEqualTo(new Tally(8, 4, 8, 4, 2, 0, 2, 0));
  }

  @Test
  void simultaneousRequestsDoNotSeeEachOther() {
    AccessRecord once = AccessRecord.of("a", Traces.START, 1L);
    List<Long> known = new ArrayList<>();
    Trace trace = Trace.of(List.of(once, once));
    Tally tally =
        serve(
            trace,
            10,
            (access, stats) -> {
              known.add(stats.accesses());
              return CacheDecision.rule(false);
            });
    assertThat(known).containsExactly(0L, 0L);
    assertThat(tally.refused()).isEqualTo(2);
  }

  /** What the policy is told must be what training and serving compute from the same stream. */
  @Test
  void vectorsAreBitEqualToThoseOfOneSequentialHistory() {
    long seed = 20_260_702;
    List<AccessRecord> records =
        SeededAccesses.inTimeOrder(seed, 20_000, 90).stream()
            .filter(access -> access.sizeBytes() != null)
            .toList();
    FeatureMap map = FeatureMap.standard();
    FileHistory history = new FileHistory();
    List<float[]> expected = new ArrayList<>();
    for (AccessRecord access : records) {
      expected.add(map.vectorOf(access, history.before(access)));
      assertThat(history.add(access)).isTrue();
    }
    List<float[]> told = new ArrayList<>();
    Tally tally =
        serve(
            Trace.of(records),
            Long.MAX_VALUE,
            (access, stats) -> {
              told.add(map.vectorOf(access, stats));
              return CacheDecision.rule(false);
            });
    assertThat(tally.refused()).isEqualTo(records.size()).isEqualTo(told.size());
    for (int i = 0; i < records.size(); i++) {
      assertThat(told.get(i))
          .as("seed %d, record %d: %s", seed, i, records.get(i))
          .containsExactly(expected.get(i));
    }
  }

  @Test
  void anotherSpellingOfAStoredFileIsAHit() {
    Trace trace =
        Trace.of(
            List.of(
                AccessRecord.of("/store/user/ada/f.root", Traces.START, 1L),
                AccessRecord.of(
                    "root://host.example.org//store/user/ada/f.root",
                    Traces.START.plusSeconds(1),
                    1L)));
    assertThat(serve(trace, 10, DecisionPolicy.STORE_ALL).hits()).isEqualTo(1);
  }

  @Test
  void aFileTooLargeForTheCacheIsNotAskedAbout() {
    Tally tally =
        serve(
            Traces.of("a:11"),
            10,
            (access, stats) -> {
              throw new IllegalStateException("asked");
            });
    assertThat(tally.tooLarge()).isEqualTo(1);
  }

  @Test
  void storingAllIsAsNoAdmission() {
    Trace trace = Trace.of(Traces.random(5, 2000, 100));
    Cache plain = new Cache(trace, 300, Eviction.LRU.create(trace), Admission.ALL);
    assertThat(serve(trace, 300, DecisionPolicy.STORE_ALL))
        .isEqualTo(plain.serve(0, trace.requests()));
  }

  @Test
  void aFailingPolicyIsNamedWithItsRequest() {
    assertThatThrownBy(
            () ->
                serve(
                    Traces.of("a b"),
                    10,
                    (access, stats) -> {
                      throw new IllegalArgumentException("no model");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("request 0 for a")
        .hasMessageContaining("no model");
  }

  @Test
  void aTraceWithoutRecordsIsRefused() {
    Trace bare = Trace.read(Traces.records("a b").stream(), TraceOptions.DEFAULT);
    assertThatThrownBy(() -> Admission.by(bare, DecisionPolicy.STORE_ALL))
        .hasMessageContaining("keepingRecords()");
  }
}
