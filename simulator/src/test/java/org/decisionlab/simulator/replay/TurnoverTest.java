// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.simulator.Traces;
import org.decisionlab.simulator.cache.CacheSize;
import org.decisionlab.simulator.trace.Trace;
import org.junit.jupiter.api.Test;

class TurnoverTest {

  private static String numbered(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "f" + i).collect(Collectors.joining(" "));
  }

  /** A new file of one byte every minute through ten bytes: all of it is new after ten minutes. */
  @Test
  void isTheTimeInWhichAllIsReplaced() {
    assertThat(Turnover.of(Traces.records(numbered(0, 200)), "10B"))
        .isEqualTo(Duration.ofMinutes(10));
  }

  /** Every second request is a hit, so it takes twice as long. */
  @Test
  void hitsReplaceNothing() {
    String text =
        IntStream.range(0, 201).mapToObj(i -> "f" + i / 2).collect(Collectors.joining(" "));
    assertThat(Turnover.of(Traces.records(text), "10B")).isEqualTo(Duration.ofMinutes(20));
  }

  @Test
  void ofACacheThatNeverFillsIsAtLeastTheTrace() {
    assertThat(Turnover.of(Traces.records("a b c a b c"), "100%")).isEqualTo(Duration.ofMinutes(5));
    assertThat(Turnover.of(Traces.records("a"), "100%")).isEqualTo(Duration.ZERO);
  }

  /** A record of the first half tells no size; only one of the second half does. */
  @Test
  void untilAnInstantKnowsTheSizesOfTheWholeTrace() {
    List<AccessRecord> records = new ArrayList<>(Traces.records(numbered(0, 200)));
    AccessRecord unsized = records.get(150);
    records.set(150, AccessRecord.of(unsized.lfn(), unsized.openedAt(), null));
    Instant half = Traces.START.plus(Duration.ofMinutes(200));
    records.add(AccessRecord.of(unsized.lfn(), half, 1L));
    for (int i = 1; i < 100; i++) {
      records.add(AccessRecord.of("f0", half.plusSeconds(60L * i), 1L));
    }
    Trace trace = Trace.of(records);
    CacheSize capacity = CacheSize.parse("10B");
    assertThat(Turnover.of(trace, capacity, half)).isEqualTo(Duration.ofMinutes(10));
    assertThat(Turnover.of(trace, capacity, half.plus(Duration.ofDays(1))))
        .isEqualTo(Turnover.of(trace, capacity))
        .isGreaterThan(Duration.ofMinutes(10));
    assertThat(Turnover.of(trace, capacity, Traces.START.plusSeconds(1))).isEqualTo(Duration.ZERO);
    assertThatThrownBy(() -> Turnover.of(trace, capacity, Traces.START))
        .hasMessageContaining("no request lies before 2018-05-01T00:00:00Z");
  }

  /** A file made anew while the cache fills leaves it, but not for want of room. */
  @Test
  void aFileMadeAnewIsNoEviction() {
    assertThat(Turnover.of(Traces.records("a:1 a:2 b c d e"), "100B"))
        .isEqualTo(Duration.ofMinutes(5));
  }
}
