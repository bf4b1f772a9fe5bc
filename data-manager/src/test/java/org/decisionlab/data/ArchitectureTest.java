// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import org.decisionlab.testing.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  @Test
  void theDataManagerKnowsCoreSparkAndTablesaw() {
    ArchitectureRules.check(
        "org.decisionlab.data",
        "ai.djl..",
        "io.vertx..",
        "org.dflib..",
        "com.fasterxml..",
        "org.knowm..",
        "org.decisionlab.simulator..",
        "org.decisionlab.models..",
        "org.decisionlab.training..");
  }
}
