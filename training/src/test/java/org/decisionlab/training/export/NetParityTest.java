// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole nets: DJL, our evaluator, TensorFlow and onnxruntime give the same answers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NetParityTest {

  private final NDManager manager = NDManager.newBaseManager("PyTorch");

  @TempDir private Path folder;

  @AfterAll
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @EnumSource(Nets.class)
  void everyRuntimeAgrees(Nets net) throws Exception {
    Judge judge = new Judge(manager, 7);
    Block block = net.block();
    judge.initialise(block, net.row());
    judge.check(block, net.row(), net.whole(), folder, 1, 3, 257);
  }
}
