// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.decisionlab.simulator.Traces;
import org.junit.jupiter.api.Test;

class TurnoverTest {

  /** A new file of one byte every minute through ten bytes: all of it is new after ten minutes. */
  @Test
  void isTheTimeInWhichAllIsReplaced() {
    String text = IntStream.range(0, 200).mapToObj(i -> "f" + i).collect(Collectors.joining(" "));
    assertThat(Turnover.of(Traces.records(text), "10B")).isEqualTo(Duration.ofMinutes(10));
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

  /** A file made anew while the cache fills leaves it, but not for want of room. */
  @Test
  void aFileMadeAnewIsNoEviction() {
    assertThat(Turnover.of(Traces.records("a:1 a:2 b c d e"), "100B"))
        .isEqualTo(Duration.ofMinutes(5));
  }
}
