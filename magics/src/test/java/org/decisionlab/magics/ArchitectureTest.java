// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics;

import org.decisionlab.testing.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  @Test
  void magicsKnowNoEngineAndNoServer() {
    ArchitectureRules.check(
        "org.decisionlab.magics", "ai.djl..", "io.vertx..", "org.decisionlab.sidecar..");
  }
}
