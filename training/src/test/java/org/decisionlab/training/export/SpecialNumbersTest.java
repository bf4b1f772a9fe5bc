// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.onnx.OnnxWriter;
import org.decisionlab.models.tensorflow.SavedModelWriter;
import org.decisionlab.models.testing.OnnxRuntime;
import org.decisionlab.models.testing.TensorFlowRuntime;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What has no place in an order, and what is infinite or no number: the same in every runtime. */
class SpecialNumbersTest extends ArrayOperations {

  Stream<Named<UnaryOperator<NDArray>>> ofOrder() {
    return named(this::order);
  }

  private void order() {
    operation("sort", x -> x.sort(1));
    operation("argSort", x -> number(x.argSort(1)));
    operation("argSort down", x -> number(x.argSort(1, false)));
    operation("topK", x -> x.topK(2, 1).get(0));
    operation("topK smallest", x -> x.topK(1, 1, false, true).get(0));
    operation("argMax", x -> number(x.argMax(1)));
    operation("argMin", x -> number(x.argMin(1)));
    operation("median", x -> x.median(new int[] {1}));
    operation("percentile", x -> x.percentile(30, new int[] {1}));
  }

  /** Among numbers one of which is none there is no order, in any runtime; other rows have it. */
  @ParameterizedTest
  @MethodSource("ofOrder")
  void whatHasNoPlaceIsNoNumber(UnaryOperator<NDArray> function) throws Exception {
    float[][] rows = {{4, 1, 9}, {-1, 25, 1}, {25, -1, 1}, {25, 1, -1}, {-1, -1, -1}};
    LambdaBlock block = LambdaBlock.singleton(x -> function.apply(x.sqrt()).reshape(x.size(0), -1));
    Judge judge = new Judge(manager, 1);
    float[][] expected = judge.djl(block, new Shape(3), rows);
    for (int i = 1; i < rows.length; i++) {
      Arrays.fill(expected[i], Float.NaN);
    }
    exactly(block, new Shape(3), rows, expected);
  }

  /** What is picked by an index is no number only where the one at that place is none. */
  @Test
  void gatherPicksWhatIsThere() throws Exception {
    LambdaBlock block =
        LambdaBlock.singleton(
            x -> {
              NDArray index = x.get(":, 2:").toType(DataType.INT64, false);
              return x.sqrt().gather(index, 1);
            });
    float[][] rows = {{4, -1, 0}, {4, -1, 1}, {4, 9, 2}};
    exactly(block, new Shape(3), rows, new float[][] {{2}, {Float.NaN}, {(float) Math.sqrt(2)}});
    ModelGraph graph = BlockExporter.export(block, new Shape(3), manager);
    float[][] outside = {{4, 9, 3}, {4, 9, -1}};
    float[][] none = {{Float.NaN}, {Float.NaN}};
    exactly(graph, List.of(3), outside, none);
  }

  Stream<Named<UnaryOperator<NDArray>>> ofPairs() {
    return named(this::pairs);
  }

  private void pairs() {
    operation("atan2", x -> x.get(":, :1").atan2(x.get(":, 1:")));
    operation("xlogy", x -> x.get(":, :1").xlogy(x.get(":, 1:")));
  }

  /** Every pair of what is special: infinities, zeros of both signs, and what is no number. */
  @ParameterizedTest
  @MethodSource("ofPairs")
  void pairsOfSpecialNumbers(UnaryOperator<NDArray> function) throws Exception {
    float[] codes = {-3, -1, -0.5f, -0f, 0, 0.5f, 1, 2, 3};
    float[][] rows = new float[codes.length * codes.length][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new float[] {codes[i / codes.length], codes[i % codes.length]};
    }
    LambdaBlock block = LambdaBlock.singleton(x -> function.apply(special(x)));
    exactly(block, new Shape(2), rows, new Judge(manager, 1).djl(block, new Shape(2), rows));
  }

  /** 3 becomes infinity, -3 minus infinity, 2 no number; others stay. */
  private static NDArray special(NDArray x) {
    NDArray present = number(x.neq(2));
    return x.mul(present).div(present.mul(number(x.abs().lt(2.5))));
  }

  private void exactly(Block block, Shape row, float[][] rows, float[][] expected)
      throws Exception {
    ModelGraph graph = BlockExporter.export(block, row, manager);
    exactly(graph, Tracer.dimensions(row), rows, expected);
  }

  /** As {@link Judge#agree}, "not a number" for "not a number", in every runtime. */
  private void exactly(ModelGraph graph, List<Integer> row, float[][] rows, float[][] expected)
      throws Exception {
    byte[] saved = SavedModelWriter.write(graph);
    Path served = Files.createTempDirectory(folder, "special");
    Map<String, float[][]> found =
        Map.of(
            "Java",
            Evaluator.of(graph).evaluate(rows),
            "onnxruntime",
            OnnxRuntime.run(OnnxWriter.write(graph), row, rows),
            "TensorFlow",
            TensorFlowRuntime.servedByName(saved, served, row, rows));
    found.forEach(
        (runtime, answers) -> {
          for (int i = 0; i < rows.length; i++) {
            assertThat(answers[i])
                .as("%s of %s", runtime, Arrays.toString(rows[i]))
                .usingElementComparator(SpecialNumbersTest::compare)
                .containsExactly(expected[i]);
          }
        });
  }

  private static int compare(float a, float b) {
    boolean same = Float.compare(a, b) == 0 || Math.abs(a - b) <= 1e-5;
    return same ? 0 : Float.compare(a, b);
  }
}
