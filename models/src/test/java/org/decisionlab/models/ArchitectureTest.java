// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models;

import org.decisionlab.testing.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  @Test
  void modelsKnowNoTrainerNoRuntimeAndNoServer() {
    ArchitectureRules.check(
        "org.decisionlab.models",
        "ai.djl..",
        "ai.onnxruntime..",
        "com.google.protobuf..",
        "io.vertx..",
        "org.apache.spark..",
        "org.dflib..",
        "org.tensorflow..",
        "tech.tablesaw..",
        "org.decisionlab.sidecar..",
        "org.decisionlab.simulator..",
        "org.decisionlab.training..");
  }
}
