// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeededRandomTest {

  /** First outputs of the reference implementation of SplitMix64 for seed 1234567. */
  @Test
  void isSplitMix64() {
    SeededRandom random = new SeededRandom(1234567);
    assertThat(new String[] {next(random), next(random), next(random)})
        .containsExactly("6457827717110365317", "3203168211198807973", "9817491932198370423");
  }

  private static String next(SeededRandom random) {
    return Long.toUnsignedString(random.nextLong());
  }

  @Test
  void distributionsHaveTheirMoments() {
    SeededRandom random = new SeededRandom(3);
    int n = 100_000;
    double[] normal = IntStream.range(0, n).mapToDouble(i -> random.gaussian()).toArray();
    double mean = IntStream.range(0, n).mapToDouble(i -> normal[i]).average().orElseThrow();
    double square =
        IntStream.range(0, n).mapToDouble(i -> normal[i] * normal[i]).average().orElseThrow();
    assertThat(mean).isCloseTo(0, within(0.015));
    assertThat(square).isCloseTo(1, within(0.02));
    assertThat(IntStream.range(0, n).mapToDouble(i -> random.exponential()).average().orElseThrow())
        .isCloseTo(1, within(0.015));
    assertThat(IntStream.range(0, n).map(i -> random.poisson(3.5)).average().orElseThrow())
        .isCloseTo(3.5, within(0.03));
    double[] cumulative = {1, 1, 4};
    int[] counts = new int[3];
    IntStream.range(0, n).forEach(i -> counts[random.pick(cumulative)]++);
    assertThat(counts[1]).isZero();
    assertThat(counts[2] / (double) n).isCloseTo(0.75, within(0.01));
  }
}
