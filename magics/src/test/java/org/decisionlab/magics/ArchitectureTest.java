// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics;

import org.decisionlab.testing.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  @Test
  void magicsKnowNoEngineAndNoServer() {
    ArchitectureRules.check(
        "org.decisionlab.magics", "ai.djl.pytorch..", "io.vertx..", "org.decisionlab.sidecar..");
    ArchitectureRules.check("org.decisionlab.magics.spark", "ai.djl..");
    ArchitectureRules.check("org.decisionlab.magics.tfaas", "ai.djl..");
  }
}
