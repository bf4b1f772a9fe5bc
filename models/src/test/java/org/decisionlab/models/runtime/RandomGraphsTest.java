// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.LongStream;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.evaluate.RandomGraph;
import org.decisionlab.models.evaluate.RandomNets;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.onnx.OnnxWriter;
import org.decisionlab.models.tensorflow.GraphDefWriter;
import org.decisionlab.models.tensorflow.SavedModelReader;
import org.decisionlab.models.tensorflow.SavedModelWriter;
import org.decisionlab.models.testing.OnnxRuntime;
import org.decisionlab.models.testing.TensorFlowRuntime;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Graphs drawn at random answer alike in every runtime. {@code -Ddecisionlab.graphs=500} asks more
 * of them, {@code -Ddecisionlab.graphs.from=N} others; a failure names the seed of its graph.
 */
class RandomGraphsTest {

  private static final double TOLERANCE = 1e-5;
  private static final int[] BATCHES = {1, 3, 257};

  @TempDir private Path folder;

  static LongStream seeds() {
    long from = Long.getLong("decisionlab.graphs.from", 1);
    return LongStream.range(from, from + Integer.getInteger("decisionlab.graphs", 30));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void everyRuntimeGivesTheSame(long seed) throws Exception {
    ModelGraph graph = RandomGraph.of(seed);
    byte[] onnx = OnnxWriter.write(graph);
    byte[] saved = SavedModelWriter.write(graph);
    ModelGraph again = RandomGraph.of(seed);
    assertThat(OnnxWriter.write(again)).isEqualTo(onnx);
    assertThat(SavedModelWriter.write(again)).isEqualTo(saved);
    assertThat(GraphDefWriter.write(again)).isEqualTo(GraphDefWriter.write(graph));
    Evaluator evaluator = Evaluator.of(graph);
    Evaluator read = Evaluator.of(SavedModelReader.read(saved));
    for (int batch : BATCHES) {
      float[][] rows = RandomNets.rows(seed + batch, batch, graph.features());
      float[][] expected = evaluator.evaluate(rows);
      agree("alone", expected[batch - 1], evaluator.evaluate(rows[batch - 1]));
      agree("read back", expected, read.evaluate(rows));
      agree("onnxruntime", expected, OnnxRuntime.run(onnx, rows));
      agree(
          "TensorFlow",
          expected,
          TensorFlowRuntime.servedByName(saved, folder.resolve("n" + batch), rows));
    }
  }

  private static void agree(String where, float[][] expected, float[][] found) {
    assertThat(found).as(where).hasNumberOfRows(expected.length);
    for (int i = 0; i < expected.length; i++) {
      agree(where + ", row " + i, expected[i], found[i]);
    }
  }

  private static void agree(String where, float[] expected, float[] found) {
    assertThat(found).as(where).hasSameSizeAs(expected);
    for (int k = 0; k < expected.length; k++) {
      assertThat(expected[k]).as("%s, output %d", where, k).isFinite();
      double scale = Math.max(1, Math.abs(expected[k]));
      assertThat(Math.abs(found[k] - expected[k]) / scale)
          .as("%s, output %d: Java %s, found %s", where, k, expected[k], found[k])
          .isLessThanOrEqualTo(TOLERANCE);
    }
  }
}
