// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.hadoop;

import org.decisionlab.testing.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  @Test
  void ofHadoopItKnowsTheAuthenticationOnly() {
    ArchitectureRules.check(
        "org.decisionlab.identity.hadoop",
        "org.apache.hadoop.conf..",
        "org.apache.hadoop.fs..",
        "org.apache.hadoop.hdfs..",
        "org.springframework..",
        "io.vertx..",
        "org.decisionlab.testbed..");
  }
}
