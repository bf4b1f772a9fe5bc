// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator;

import org.decisionlab.testing.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  @Test
  void theSimulatorKnowsCoreAndJacksonOnly() {
    ArchitectureRules.check(
        "org.decisionlab.simulator",
        "org.apache..",
        "ai.djl..",
        "io.vertx..",
        "org.dflib..",
        "tech.tablesaw..",
        "org.decisionlab.models..",
        "org.decisionlab.training..");
  }
}
