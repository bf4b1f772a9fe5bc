// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BrokerBenchTest {

  /** The targets are 5 ms and 20 ms; a machine that does other things too is allowed far more. */
  @Test
  void answersFromMemoryAreFarFasterThanTheProvider() throws Exception {
    BrokerBench.Times times = BrokerBench.measured(300, 10);
    assertThat(times.cachedMedian()).as(times.toString()).isLessThan(25);
    assertThat(times.coldMedian() - times.providerMedian()).as(times.toString()).isLessThan(200);
  }
}
