// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.decisionlab.simulator.Traces;
import org.decisionlab.simulator.cache.Tally;
import org.junit.jupiter.api.Test;

class DifferenceTest {

  private static SimulationResult result(String name, List<Long> hitsOfHundred) {
    List<Tally> blocks =
        hitsOfHundred.stream().map(h -> new Tally(100, h, 100, h, 100 - h, 0, 0, 0)).toList();
    Tally sum = blocks.stream().reduce(Tally.NOTHING, Tally::plus);
    List<PeriodResult> days = List.of(new PeriodResult(Traces.START, sum));
    return new SimulationResult(name, "10%", 10, sum, days, blocks, Duration.ofDays(1), 1);
  }

  private static List<Long> noise(long seed, double shift) {
    Random random = new Random(seed);
    return IntStream.range(0, 24)
        .mapToObj(i -> Math.round(50 + shift + 10 * random.nextGaussian()))
        .toList();
  }

  @Test
  void equalContendersDifferByNothing() {
    Difference difference =
        Difference.of(Metric.BYTE_HIT_RATIO, result("a", noise(1, 0)), result("b", noise(1, 0)));
    assertThat(difference).isEqualTo(new Difference(0, 0, 0, 24));
    assertThat(difference.withinNoise()).isTrue();
  }

  /** 95 % of the means of 24 differences of deviation 14.1 lie within 1.96 x 2.89 = 5.7. */
  @Test
  void theIntervalIsAsWideAsTheTheoryOfMeansSays() {
    double width = 0;
    int inside = 0;
    for (int seed = 1; seed <= 200; seed++) {
      Difference difference =
          Difference.of(
              Metric.BYTE_HIT_RATIO,
              result("a", noise(seed, 0)),
              result("b", noise(seed + 5_000, 0)));
      width += difference.high() - difference.low();
      inside += difference.withinNoise() ? 1 : 0;
    }
    assertThat(width / 200).isCloseTo(2 * 0.057, within(0.01));
    assertThat(inside).isBetween(176, 198);
  }

  @Test
  void aSteadyGainIsSeenThroughNoiseThatBothShare() {
    List<Long> base = noise(3, 0);
    Difference difference =
        Difference.of(
            Metric.BYTE_HIT_RATIO,
            result("better", base.stream().map(h -> h + 2).toList()),
            result("base", base));
    assertThat(difference.mean()).isCloseTo(0.02, within(1e-12));
    assertThat(difference.low()).isCloseTo(0.02, within(1e-12));
    assertThat(difference.withinNoise()).isFalse();
    assertThat(difference.toText()).startsWith("+2.00 points").doesNotContain("noise");
  }

  @Test
  void theTextIsTheSameInEveryLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(new Difference(0.0123, 0.01, 0.02, 24).toText())
          .isEqualTo("+1.23 points (95 %: +1.00 to +2.00)");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void fewBlocksTellNothing() {
    Difference difference =
        Replay.of(Traces.records("a b c a c"))
            .cache("2B")
            .run(Contender.lru(), Contender.belady())
            .difference("Belady", "LRU");
    assertThat(difference).isEqualTo(new Difference(0.4 - 0.2, -1, 1, 5));
    assertThat(difference.withinNoise()).isTrue();
  }

  @Test
  void otherRatiosCanBeCompared() {
    SimulationResult a = result("a", List.of(90L, 90L, 90L, 90L, 90L, 90L));
    SimulationResult b = result("b", List.of(80L, 80L, 80L, 80L, 80L, 80L));
    assertThat(Difference.of(Metric.WRITES_PER_BYTE_READ, a, b).high())
        .isCloseTo(-0.1, within(1e-12));
    assertThat(Difference.of(Metric.HIT_RATIO, a, b).low()).isCloseTo(0.1, within(1e-12));
  }
}
