// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.distribution;

import org.decisionlab.testing.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  @Test
  void toolsKnowServicesOnly() {
    ArchitectureRules.check(
        "org.decisionlab.distribution",
        "ai.djl..",
        "io.vertx..",
        "org.apache.spark..",
        "org.decisionlab.sidecar..",
        "org.dflib..");
  }
}
