// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

import org.decisionlab.testing.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  @Test
  void theSimulatorKnowsSpringAndNothingOfTheHouse() {
    ArchitectureRules.check(
        "org.decisionlab.identity.iamsim",
        "org.decisionlab.core..",
        "org.decisionlab.identity.tokens..",
        "org.decisionlab.identity.broker..",
        "io.vertx..",
        "org.apache.spark..");
  }
}
