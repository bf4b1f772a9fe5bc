// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.testing.OnnxRuntime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables of nodes in ONNX, made by hand, are read as onnxruntime reads them, or refused. */
class OnnxTreeReaderTest {

  private static final int COLUMNS = OnnxTrees.COLUMNS;

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 20);
  }

  /** Rows on both sides of thresholds, on them, and with what is missing. */
  private static float[][] rows(Random random) {
    float[][] rows = new float[60][COLUMNS];
    for (float[] row : rows) {
      for (int i = 0; i < COLUMNS; i++) {
        row[i] = random.nextInt(4) == 0 ? Float.NaN : (random.nextInt(13) - 6) / 2f;
      }
    }
    return rows;
  }

  private static void agrees(OnnxTrees trees, Random random) throws Exception {
    OnnxTreeReader.Read read = OnnxTreeReader.read(trees.file(), COLUMNS);
    assertThat(read).isNotNull();
    float[][] rows = rows(random);
    float[][] expected = OnnxRuntime.run(trees.file(), rows);
    float[][] found = Evaluator.of(read.graph()).evaluate(rows);
    for (int i = 0; i < rows.length; i++) {
      assertThat(found[i]).as("row %d", i).containsExactly(expected[i], within(1e-5f));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void numbersAreAsInOnnxruntime(long seed) throws Exception {
    Random random = new Random(seed);
    int targets = 1 + random.nextInt(3);
    boolean based = random.nextBoolean();
    OnnxTrees trees = OnnxTrees.regressor(targets).grow(random, targets, targets == 1 || !based);
    if (based) {
      trees.base(targets, random);
    }
    agrees(trees, random);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void classesAreAsInOnnxruntime(long seed) throws Exception {
    Random random = new Random(seed);
    List<String> links = List.of("NONE", "LOGISTIC", "SOFTMAX");
    boolean based = random.nextBoolean();
    OnnxTrees three =
        OnnxTrees.classifier(3).grow(random, 3, !based).link(links.get(random.nextInt(3)));
    agrees(based ? three.base(3, random) : three, random);
    agrees(OnnxTrees.classifier(2).grow(random, 1, false).link("LOGISTIC"), random);
    agrees(OnnxTrees.classifier(2).grow(random, 1, false).link("LOGISTIC").base(1, random), random);
    agrees(OnnxTrees.classifier(2).grow(random, 2, false).link(links.get((int) seed % 3)), random);
  }

  private static void refused(OnnxTrees trees, String... words) {
    assertThatThrownBy(() -> OnnxTreeReader.read(trees.file(), COLUMNS))
        .isInstanceOf(ModelFormatException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
  }

  @Test
  void whereRuntimesDisagreeNothingIsRead() {
    Random random = new Random(3);
    refused(OnnxTrees.regressor(1).grow(random, 1, false).link("LOGISTIC"), "one output");
    refused(OnnxTrees.regressor(1).grow(random, 1, false).link("SOFTMAX"), "one output");
    refused(OnnxTrees.classifier(2).grow(random, 2, false).base(2, random), "base values");
    refused(OnnxTrees.classifier(2).grow(random, 2, true), "for some of 2 outputs");
    refused(OnnxTrees.regressor(3).grow(random, 3, true).base(3, random), "for some of 3 outputs");
    refused(
        OnnxTrees.classifier(2).firstTarget(1).grow(random, 1, false).link("LOGISTIC"),
        "under the number [1]");
    refused(OnnxTrees.classifier(1).grow(random, 1, false), "with 1 outputs");
    refused(OnnxTrees.regressor(-1).grow(random, 1, false), "with -1 outputs");
  }

  @ParameterizedTest
  @ValueSource(ints = {COLUMNS - 1, COLUMNS + 1})
  void anotherNumberOfFeaturesIsRefused(int features) {
    byte[] file = OnnxTrees.regressor(1).grow(new Random(2), 1, false).file();
    assertThatThrownBy(() -> OnnxTreeReader.read(file, features))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("'rows' of shape [-1, %d]", COLUMNS)
        .hasMessageContaining("but %d features are named", features);
  }

  @Test
  void whatChangesTheSumsBehindTheTreesIsNotLeftOut() throws Exception {
    Random random = new Random(4);
    agrees(OnnxTrees.regressor(2).grow(random, 2, true).behind("", "Identity"), random);
    refused(
        OnnxTrees.regressor(2).grow(random, 2, true).behind(OnnxNode.ML, "Scaler"),
        "behind the trees",
        "Scaler");
    refused(OnnxTrees.regressor(2).grow(random, 2, true).behind("", "Neg"), "behind", "Neg");
    refused(OnnxTrees.regressor(2).grow(random, 2, true).behind("", "Cast"), "behind", "Cast");
  }

  @Test
  void nodesWithoutInputsAreRefused() {
    Random random = new Random(5);
    refused(OnnxTrees.regressor(1).grow(random, 1, false).from(), "has 0 inputs");
    refused(OnnxTrees.regressor(1).grow(random, 1, false).from("rows", "rows"), "has 2 inputs");
    refused(OnnxTrees.regressor(1).grow(random, 1, false).from("answers"), "depends on itself");
  }
}
