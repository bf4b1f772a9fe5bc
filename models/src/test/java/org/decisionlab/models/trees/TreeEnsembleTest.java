// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.graph.InvalidGraphException;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.ModelGraphBuilder;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.Tree;
import org.decisionlab.models.graph.TreeEnsemble;
import org.decisionlab.models.onnx.OnnxGuard;
import org.decisionlab.models.onnx.OnnxWriter;
import org.decisionlab.models.tensorflow.GraphDefReader;
import org.decisionlab.models.tensorflow.GraphDefWriter;
import org.decisionlab.models.tensorflow.SavedModelReader;
import org.decisionlab.models.tensorflow.SavedModelWriter;
import org.decisionlab.models.tensorflow.TensorFlowGuard;
import org.decisionlab.models.testing.OnnxRuntime;
import org.decisionlab.models.testing.TensorFlowRuntime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random trees in our evaluator, onnxruntime and TensorFlow against trees of objects. */
class TreeEnsembleTest {

  private static final double TOLERANCE = 1e-5;
  private static final int[] BATCHES = {1, 3, 257};

  @TempDir private Path folder;

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 25);
  }

  static LongStream fewSeeds() {
    return LongStream.rangeClosed(1, 6);
  }

  private static RandomTrees trees(long seed) {
    Random random = new Random(seed);
    int outputs = 1 + random.nextInt(3);
    return new RandomTrees(seed, 1 + random.nextInt(12), outputs)
        .grow(1 + random.nextInt(40), random.nextInt(9));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theEvaluatorWalksAsTheTreesOfObjectsDo(long seed) {
    RandomTrees trees = trees(seed);
    Evaluator evaluator = Evaluator.of(trees.graph());
    for (int batch : BATCHES) {
      float[][] rows = trees.rows(batch);
      float[][] answers = evaluator.evaluate(rows);
      agree(trees, rows, answers);
      for (int i = 0; i < batch; i++) {
        assertThat(evaluator.evaluate(rows[i])).as("row %d alone", i).containsExactly(answers[i]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("fewSeeds")
  void theRuntimesAgree(long seed) throws Exception {
    RandomTrees trees = trees(seed);
    ModelGraph graph = trees.graph();
    byte[] onnx = OnnxWriter.write(graph);
    byte[] saved = SavedModelWriter.write(graph);
    OnnxGuard.check(onnx);
    TensorFlowGuard.checkSavedModel(saved);
    for (int batch : BATCHES) {
      float[][] rows = trees.rows(batch);
      agree(trees, rows, OnnxRuntime.run(onnx, rows));
      agree(trees, rows, TensorFlowRuntime.servedByName(saved, folder.resolve("n" + batch), rows));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatIsWrittenIsReadBack(long seed) throws Exception {
    ModelGraph graph = trees(seed).graph();
    byte[] frozen = GraphDefWriter.write(graph);
    assertThat(GraphDefReader.read(frozen, "rows", graph.output().name())).isEqualTo(graph);
    byte[] saved = SavedModelWriter.write(graph);
    assertThat(SavedModelWriter.write(SavedModelReader.read(saved))).isEqualTo(saved);
    assertThat(OnnxWriter.write(trees(seed).graph())).isEqualTo(OnnxWriter.write(graph));
  }

  /** A change anywhere is either refused, or read as what TensorFlow itself makes of it. */
  @Test
  void damagedTreesAreRefusedOrReadAsTheyAre() throws Exception {
    RandomTrees trees = trees(3);
    ModelGraph graph = trees.graph();
    byte[] frozen = GraphDefWriter.write(graph);
    Random random = new Random(5);
    float[][] rows = trees.rows(20);
    for (int i = 0; i < 300; i++) {
      byte[] damaged = frozen.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        ModelGraph read = GraphDefReader.read(damaged, "rows", graph.output().name());
        Evaluator.of(read).evaluate(rows);
      } catch (ModelFormatException | IllegalArgumentException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  @Test
  void missingColumnsAreTakenOnlyWhereTheTreesSeeThem() {
    TreeEnsemble ensemble = new RandomTrees(1, 2, 1).grow(3, 3).ensemble();
    ModelGraphBuilder direct = ModelGraph.builder();
    Node rows = direct.input("rows", 2);
    assertThat(Evaluator.of(direct.build(direct.apply(ensemble, rows))).mayBeMissing(1)).isTrue();
    ModelGraphBuilder behind = ModelGraph.builder();
    Node doubled = behind.add(behind.input("rows", 2), behind.constant(Tensor.scalar(1)));
    Evaluator evaluator = Evaluator.of(behind.build(behind.apply(ensemble, doubled)));
    assertThat(evaluator.mayBeMissing(1)).isFalse();
    assertThatThrownBy(() -> evaluator.evaluate(new float[] {1, Float.NaN}))
        .hasMessageContaining("feature 1 of the row is not finite");
  }

  @Test
  void treesThatAreNoneAreRefusedBeforeTheyAreWalkedThrough() {
    int[] two = {0, Tree.LEAF, Tree.LEAF};
    float[] numbers = {0, 1, 2};
    boolean[] no = new boolean[3];
    refused("reached twice", two, numbers, new int[] {1, 0, 0}, new int[] {1, 0, 0}, no);
    refused("reached twice", two, numbers, new int[] {0, 0, 0}, new int[] {1, 0, 0}, no);
    refused("a child 3 of a tree", two, numbers, new int[] {3, 0, 0}, new int[] {1, 0, 0}, no);
    refused("a child -1 of a tree", two, numbers, new int[] {-1, 0, 0}, new int[] {1, 0, 0}, no);
    float[] endless = {0, Float.POSITIVE_INFINITY, 2};
    refused("not finite", two, endless, new int[] {1, 0, 0}, new int[] {2, 0, 0}, no);
    float[] noNumber = {Float.NaN, 1, 2};
    refused("below NaN", two, noNumber, new int[] {1, 0, 0}, new int[] {2, 0, 0}, no);
    int[] negative = {-2, Tree.LEAF, Tree.LEAF};
    refused("column -2", negative, numbers, new int[] {1, 0, 0}, new int[] {2, 0, 0}, no);
    refused("arrays of one length", two, new float[2], new int[3], new int[3], no);
  }

  private static void refused(
      String message, int[] column, float[] number, int[] less, int[] notLess, boolean[] missing) {
    assertThatThrownBy(() -> Tree.of(new Tree.Nodes(column, number, less, notLess, missing)))
        .isInstanceOf(InvalidGraphException.class)
        .hasMessageContaining(message);
  }

  @Test
  void depthAndSizesAreBounded() {
    assertThatCode(() -> chain(Tree.MAX_DEPTH)).doesNotThrowAnyException();
    assertThatThrownBy(() -> chain(Tree.MAX_DEPTH + 1)).hasMessageContaining("deeper than 128");
    Tree leaf = Tree.leaf(1);
    Tensor base = Tensor.vector(0);
    assertThatThrownBy(() -> new TreeEnsemble(1 << 20, List.of(leaf), List.of(0), base))
        .hasMessageContaining("columns are possible");
    assertThatThrownBy(() -> new TreeEnsemble(1, List.of(leaf), List.of(1), base))
        .hasMessageContaining("output 1 of 1");
    assertThatThrownBy(() -> new TreeEnsemble(1, List.of(chain(2)), List.of(0), Tensor.scalar(0)))
        .hasMessageContaining("one base value for each output");
    assertThatThrownBy(() -> new TreeEnsemble(1, List.of(), List.of(), base))
        .hasMessageContaining("1 to 65536 trees");
  }

  /** A threshold that some runtimes would take for 0 is none. */
  @Test
  void thresholdsAreNormalNumbers() {
    Tree tree = Tree.of(stump(Float.MIN_VALUE));
    assertThat(tree.number(0)).isEqualTo(Float.MIN_NORMAL);
    assertThat(Tree.of(stump(-Float.MIN_VALUE)).number(0)).isEqualTo(0f);
    assertThat(tree).isEqualTo(Tree.of(stump(Float.MIN_NORMAL)));
  }

  private static Tree.Nodes stump(float threshold) {
    return new Tree.Nodes(
        new int[] {0, Tree.LEAF, Tree.LEAF},
        new float[] {threshold, 1, 2},
        new int[] {1, 0, 0},
        new int[] {2, 0, 0},
        new boolean[3]);
  }

  private static Tree chain(int depth) {
    int size = 2 * depth + 1;
    int[] column = new int[size];
    int[] less = new int[size];
    int[] notLess = new int[size];
    for (int i = 0; i < depth; i++) {
      less[2 * i] = 2 * i + 1;
      notLess[2 * i] = 2 * i + 2;
      column[2 * i + 1] = Tree.LEAF;
    }
    column[size - 1] = Tree.LEAF;
    return Tree.of(new Tree.Nodes(column, new float[size], less, notLess, new boolean[size]));
  }

  private static void agree(RandomTrees trees, float[][] rows, float[][] answers) {
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      double[] expected = trees.probabilities(rows[i]);
      for (int k = 0; k < expected.length; k++) {
        if (!(Math.abs(answers[i][k] - expected[k]) <= TOLERANCE)) {
          wrong.add("row %d, output %d: %s for %s".formatted(i, k, answers[i][k], expected[k]));
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(answers).hasNumberOfRows(rows.length);
  }
}
