// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.decisionlab.simulator.Goldens;
import org.decisionlab.simulator.policy.Eviction;
import org.decisionlab.simulator.trace.Trace;
import org.junit.jupiter.api.Test;

/** Counts of libCacheSim's own test-suite, and of two independent simulators. */
class GoldenCountsTest {

  private static final long MIB = 1 << 20;

  private static Tally serve(Trace trace, Eviction eviction, long capacity) {
    Cache cache = new Cache(trace, capacity, eviction.create(trace), Admission.ALL);
    Tally tally = cache.serve(0, trace.requests());
    cache.checkBooks();
    return tally;
  }

  private static long[] misses(Trace trace, Eviction eviction) {
    return LongStream.rangeClosed(1, 8)
        .map(i -> serve(trace, eviction, i * 128 * MIB).misses())
        .toArray();
  }

  @Test
  void cloudphysics() {
    Trace trace = Goldens.cloudphysics();
    assertThat(trace.requests()).isEqualTo(113_872);
    assertThat(trace.files()).isEqualTo(48_974);
    assertThat(trace.distinctBytes()).isEqualTo(2_029_769_728L);
    assertThat(misses(trace, Eviction.LRU))
        .containsExactly(93374, 89783, 83572, 81722, 72494, 72104, 71972, 71704);
    assertThat(misses(trace, Eviction.FIFO))
        .containsExactly(93403, 89386, 84387, 84025, 72498, 72228, 72182, 72140);
    assertThat(misses(trace, Eviction.SIEVE))
        .containsExactly(91699, 86720, 78578, 76707, 69945, 66221, 64445, 64376);
    assertThat(misses(trace, Eviction.BELADY))
        .containsExactly(79256, 70724, 65481, 61594, 59645, 57599, 50873, 48974);
  }

  @Test
  void cloudphysicsBytesMissedUnderLru() {
    Trace trace = Goldens.cloudphysics();
    assertThat(
            LongStream.rangeClosed(1, 8)
                .map(i -> serve(trace, Eviction.LRU, i * 128 * MIB).bytesMissed())
                .toArray())
        .containsExactly(
            4214303232L,
            4061242368L,
            3778040320L,
            3660569600L,
            3100927488L,
            3078128640L,
            3075403776L,
            3061662720L);
  }

  @Test
  void nasaCleaned() {
    assertNasa(Goldens.nasa());
  }

  @Test
  void nasaAsLogged() {
    assertNasa(Goldens.nasaLogByUrl());
  }

  /** Two files are logged under two spellings, one of them with a doubled slash. */
  @Test
  void nasaFilesWhateverTheirSpelling() {
    assertThat(Goldens.nasaLog().requests()).isEqualTo(30_286);
    assertThat(Goldens.nasaLog().files()).isEqualTo(1_731 - 2);
  }

  private static void assertNasa(Trace trace) {
    assertThat(trace.requests()).isEqualTo(30_286);
    assertThat(trace.files()).isEqualTo(1_731);
    assertThat(trace.distinctBytes()).isEqualTo(109_359_310L);
    long tenth = CacheSize.parse("10%").bytesOf(trace.distinctBytes());
    assertThat(tenth).isEqualTo(10_935_931L);
    assertRatios(serve(trace, Eviction.LRU, tenth), 80.41, 44.37);
    assertRatios(serve(trace, Eviction.FIFO, tenth), 75.28, 40.84);
    assertRatios(serve(trace, Eviction.LRU, trace.distinctBytes()), 94.28, 80.24);
  }

  private static void assertRatios(Tally tally, double hitPercent, double byteHitPercent) {
    assertThat(tally.hitRatio() * 100).isCloseTo(hitPercent, within(0.005));
    assertThat(tally.byteHitRatio() * 100).isCloseTo(byteHitPercent, within(0.005));
  }
}
