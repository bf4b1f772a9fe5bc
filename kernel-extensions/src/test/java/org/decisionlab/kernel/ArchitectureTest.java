// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import org.decisionlab.testing.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  @Test
  void theKernelKnowsNoSparkNoNetworkServerAndNoOtherRoom() {
    ArchitectureRules.check(
        "org.decisionlab.kernel",
        "org.apache.spark..",
        "ai.djl..",
        "io.vertx..",
        "org.decisionlab.core..",
        "org.decisionlab.magics..");
  }
}
