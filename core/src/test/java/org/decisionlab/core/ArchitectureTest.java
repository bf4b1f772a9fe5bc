// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.decisionlab.testing.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  @Test
  void coreKnowsTheJdkAndJacksonOnly() {
    ArchitectureRules.check(
        "org.decisionlab.core",
        "org.apache..",
        "ai.djl..",
        "io.vertx..",
        "org.dflib..",
        "tech.tablesaw..",
        "org.decisionlab.simulator..",
        "org.decisionlab.models..");
  }

  /** Foreign classes are known by their names alone; what may not be used is seen all the same. */
  @Test
  void whatIsForbiddenIsSeen() {
    assertThatThrownBy(
            () -> ArchitectureRules.check("org.decisionlab.core.access", "com.fasterxml.."))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("com.fasterxml.jackson");
    assertThatThrownBy(
            () -> ArchitectureRules.check("org.decisionlab.core", "org.decisionlab.core.name.."))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("LogicalFileName");
  }
}
