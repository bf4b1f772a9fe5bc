// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import java.nio.file.Path;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.onnx.OnnxWriter;
import org.decisionlab.models.tensorflow.GraphDefWriter;
import org.decisionlab.models.tensorflow.SavedModelWriter;
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
    ModelGraph graph = judge.check(block, net.row(), net.whole(), folder, 1, 3, 257);
    float[][] rows = judge.rows(3, net.row(), net.whole());
    Exports.write(net.name(), graph, rows, judge.djl(block, net.row(), rows));
  }

  @ParameterizedTest
  @EnumSource(Nets.class)
  void theSameNetMakesTheSameBytes(Nets net) {
    byte[][] first = files(net);
    byte[][] second = files(net);
    for (int i = 0; i < first.length; i++) {
      assertThat(second[i]).isEqualTo(first[i]);
    }
  }

  private byte[][] files(Nets net) {
    Block block = net.block();
    new Judge(manager, 7).initialise(block, net.row());
    ModelGraph graph = BlockExporter.export(block, net.row(), manager);
    return new byte[][] {
      SavedModelWriter.write(graph), GraphDefWriter.write(graph), OnnxWriter.write(graph)
    };
  }
}
