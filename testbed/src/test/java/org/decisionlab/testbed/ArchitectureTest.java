// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.testbed;

import org.decisionlab.testing.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  @Test
  void theTestBedKnowsItsComponentsAsProcessesOnly() {
    ArchitectureRules.check(
        "org.decisionlab.testbed",
        "org.apache.spark..",
        "scala..",
        "org.apache.hadoop..",
        "org.decisionlab.kernel..",
        "org.decisionlab.data..");
  }
}
