// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The program that measures does: its figures stand in docs/decisions. */
class TokenCheckBenchTest {

  @Test
  void itMeasuresChecksThatGrantWhatTheyShould() throws Exception {
    TokenCheckBench.Times times = TokenCheckBench.measure(5, 2_000);
    assertThat(times.median()).isPositive().isLessThanOrEqualTo(times.worst());
    assertThat(times.characters()).isBetween(600, 1_500);
  }
}
