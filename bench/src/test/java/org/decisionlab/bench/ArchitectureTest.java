// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.bench;

import org.decisionlab.testing.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  @Test
  void benchMeasuresTheSidecarFromOutside() {
    ArchitectureRules.check("org.decisionlab.bench", "org.decisionlab.sidecar..", "org.apache..");
  }
}
