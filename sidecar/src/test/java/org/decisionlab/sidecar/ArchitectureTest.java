// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import org.decisionlab.testing.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  @Test
  void sidecarKnowsCoreModelsTokensAndVertxOnly() {
    ArchitectureRules.check(
        "org.decisionlab.sidecar",
        "org.apache..",
        "ai.djl..",
        "org.dflib..",
        "tech.tablesaw..",
        "org.springframework..",
        "org.slf4j..",
        "org.decisionlab.simulator..",
        "org.decisionlab.training..");
  }
}
