// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import org.decisionlab.testing.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  @Test
  void trainingKnowsModelsAndDjlButNoSparkKernelOrServer() {
    ArchitectureRules.check(
        "org.decisionlab.training",
        "org.apache..",
        "io.vertx..",
        "org.dflib..",
        "ai.djl.pytorch..",
        "org.decisionlab.simulator..",
        "org.decisionlab.sidecar..");
  }
}
