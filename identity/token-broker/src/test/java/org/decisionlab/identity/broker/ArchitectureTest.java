// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import org.decisionlab.testing.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  @Test
  void theBrokerKnowsSpringAndTheTokensOnly() {
    ArchitectureRules.check(
        "org.decisionlab.identity.broker",
        "org.decisionlab.identity.iamsim..",
        "org.decisionlab.kernel..",
        "org.decisionlab.sidecar..",
        "io.vertx..",
        "org.apache.spark..");
  }
}
