// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core;

import org.decisionlab.testing.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  @Test
  void coreKnowsTheJdkAndJacksonOnly() {
    ArchitectureRules.check(
        "org.decisionlab.core",
        "org.apache..",
        "ai.djl..",
        "io.vertx..",
        "org.dflib..",
        "tech.tablesaw..",
        "org.decisionlab.simulator..",
        "org.decisionlab.models..");
  }
}
