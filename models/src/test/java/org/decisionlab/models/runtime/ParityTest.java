// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.evaluate.RandomNets;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.ModelGraphBuilder;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.Window;
import org.decisionlab.models.onnx.OnnxWriter;
import org.decisionlab.models.tensorflow.GraphDefReader;
import org.decisionlab.models.tensorflow.GraphDefWriter;
import org.decisionlab.models.tensorflow.SavedModelReader;
import org.decisionlab.models.tensorflow.SavedModelWriter;
import org.decisionlab.models.testing.OnnxRuntime;
import org.decisionlab.models.testing.TensorFlowRuntime;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One model, four runtimes, the same answers: ours, TensorFlow three ways, onnxruntime. */
class ParityTest {

  private static final double TOLERANCE = 1e-5;
  private static final int[] BATCHES = {1, 3, 257};

  @TempDir private Path folder;

  static Stream<Named<ModelGraph>> models() {
    return Stream.of(
        Named.of("20-64-32-1, seed 1", RandomNets.dense(1, 20, 64, 32, 1)),
        Named.of("10-3, seed 2", RandomNets.dense(2, 10, 3)),
        Named.of("7-128-64-32-5, seed 3", RandomNets.dense(3, 7, 128, 64, 32, 5)),
        Named.of("1-1, seed 4", RandomNets.dense(4, 1, 1)),
        Named.of("arithmetic", arithmetic()),
        Named.of("every family of operations", RandomNets.everything(5)));
  }

  /**
   * Every operand order and broadcast that the arithmetic has, residual connections, collisions.
   */
  private static ModelGraph arithmetic() {
    ModelGraphBuilder builder = ModelGraph.builder();
    Node x = builder.input("StatefulPartitionedCall", 4);
    Node vector = builder.constant("serving_default_inputs_input", Tensor.vector(1, 2, 3, 4));
    Node row = builder.constant("row/1", Tensor.of(new float[] {4, 3, 2, 1}, 1, 4));
    Node scalar = builder.constant(Tensor.scalar(0.25f));
    Node one = builder.constant(Tensor.vector(1));
    Node a = builder.tanh(builder.subtract(row, builder.multiply(x, scalar)));
    Node b = builder.sigmoid(builder.divide(vector, builder.add(one, builder.multiply(x, x))));
    Node column =
        builder.matMul(
            builder.add(a, b), builder.constant(Tensor.of(new float[] {1, -1, 2, 0}, 4, 1)));
    Node folded = builder.divide(builder.relu(builder.subtract(vector, row)), scalar);
    return builder.build(
        builder.identity(
            "answer", builder.add(builder.multiply(column, a), builder.multiply(b, folded))));
  }

  @ParameterizedTest
  @MethodSource("models")
  void tensorFlowAgrees(ModelGraph graph) throws Exception {
    byte[] frozen = GraphDefWriter.write(graph);
    byte[] saved = SavedModelWriter.write(graph);
    for (int batch : BATCHES) {
      float[][] rows = RandomNets.rows(batch, batch, graph.features());
      float[][] expected = Evaluator.of(graph).evaluate(rows);
      agree(
          expected,
          TensorFlowRuntime.frozen(frozen, graph.input().name(), graph.output().name(), rows));
      agree(expected, TensorFlowRuntime.servedByName(saved, folder.resolve("n" + batch), rows));
      agree(
          expected, TensorFlowRuntime.servedBySignature(saved, folder.resolve("s" + batch), rows));
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void onnxruntimeAgrees(ModelGraph graph) throws Exception {
    byte[] model = OnnxWriter.write(graph);
    for (int batch : BATCHES) {
      float[][] rows = RandomNets.rows(batch, batch, graph.features());
      agree(Evaluator.of(graph).evaluate(rows), OnnxRuntime.run(model, rows));
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void whatIsWrittenIsReadBack(ModelGraph graph) throws Exception {
    byte[] frozen = GraphDefWriter.write(graph);
    byte[] saved = SavedModelWriter.write(graph);
    ModelGraph read = GraphDefReader.read(frozen, graph.input().name(), graph.output().name());
    ModelGraph served = SavedModelReader.read(saved);
    float[][] rows = RandomNets.rows(5, 20, graph.features());
    float[][] expected = Evaluator.of(graph).evaluate(rows);
    assertThat(Evaluator.of(read).evaluate(rows)).isDeepEqualTo(expected);
    assertThat(Evaluator.of(served).evaluate(rows)).isDeepEqualTo(expected);
    boolean oneNodeEach =
        graph.nodes().stream().noneMatch(node -> node.operation() instanceof Window);
    if (oneNodeEach) {
      assertThat(read).isEqualTo(graph);
      assertThat(SavedModelWriter.write(served)).isEqualTo(saved);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void theSameGraphMakesTheSameBytes(ModelGraph graph) {
    assertThat(GraphDefWriter.write(graph)).isEqualTo(GraphDefWriter.write(graph));
    assertThat(SavedModelWriter.write(graph)).isEqualTo(SavedModelWriter.write(graph));
    assertThat(OnnxWriter.write(graph)).isEqualTo(OnnxWriter.write(graph));
  }

  private static void agree(float[][] expected, float[][] found) {
    assertThat(found).hasNumberOfRows(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).as("row %d", i).hasSameSizeAs(expected[i]);
      for (int k = 0; k < expected[i].length; k++) {
        double scale = Math.max(1, Math.abs(expected[i][k]));
        assertThat(Math.abs(found[i][k] - expected[i][k]) / scale)
            .as("row %d, output %d: %s and %s", i, k, expected[i][k], found[i][k])
            .isLessThanOrEqualTo(TOLERANCE);
      }
    }
  }
}
