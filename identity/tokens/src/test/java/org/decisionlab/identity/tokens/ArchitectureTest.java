// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens;

import org.decisionlab.testing.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  @Test
  void tokensKnowCoreAndNimbusOnly() {
    ArchitectureRules.check(
        "org.decisionlab.identity.tokens",
        "org.springframework..",
        "org.apache..",
        "io.vertx..",
        "org.decisionlab.models..",
        "org.decisionlab.sidecar..",
        "org.decisionlab.kernel..");
  }
}
