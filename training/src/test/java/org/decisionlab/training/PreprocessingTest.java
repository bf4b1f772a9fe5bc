// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.nio.file.Path;
import java.util.List;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.onnx.OnnxWriter;
import org.decisionlab.models.tensorflow.SavedModelReader;
import org.decisionlab.models.tensorflow.SavedModelWriter;
import org.decisionlab.models.testing.OnnxRuntime;
import org.decisionlab.models.testing.TensorFlowRuntime;
import org.decisionlab.training.export.BlockExporter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreprocessingTest {

  private static final float NAN = Float.NaN;

  private final NDManager manager = NDManager.newBaseManager("PyTorch");

  @AfterEach
  void close() {
    manager.close();
  }

  private static Preprocessing all() {
    return Preprocessing.of("size", "tier", "idle", "hour", "plain")
        .standardise("size", "idle")
        .log("size")
        .missingWithFlag("idle", 3)
        .clip("idle", 0, 7)
        .buckets("hour", 6, 12, 18)
        .oneHot("tier", 1, 2, 5)
        .missing("tier", 5);
  }

  private static final float[] ROWS = {
    (float) (Math.E - 1), 1, 9, 5, -1, 0, 2, NAN, 6, 100, 0, NAN, -4, 23, 0,
  };

  /** Worked by hand: ln(1+size) is 1, 0, 0; idle is 7, 3, 0. */
  private static float[][] expected() {
    float size = (float) Math.sqrt(2 / 9.0);
    float idle = (float) Math.sqrt((7 * 7 + 3 * 3) / 3.0 - 100 / 9.0);
    float third = 10 / 3f;
    return new float[][] {
      {(2 / 3f) / size, (7 - third) / idle, -1, 0, 1, 0, 0, 1, 0, 0, 0},
      {(-1 / 3f) / size, (3 - third) / idle, 100, 1, 0, 1, 0, 0, 1, 0, 0},
      {(-1 / 3f) / size, (0 - third) / idle, 0, 0, 0, 0, 1, 0, 0, 0, 1},
    };
  }

  private PreprocessingBlock block() {
    PreprocessingBlock block = all().fit(ROWS);
    block.initialize(manager, DataType.FLOAT32, new Shape(1, 5));
    return block;
  }

  private static void agree(float[][] found) {
    for (int i = 0; i < 3; i++) {
      assertThat(found[i]).as("row %d", i).containsExactly(expected()[i], within(1e-6f));
    }
  }

  private static float[][] rows() {
    float[][] rows = new float[3][5];
    for (int i = 0; i < ROWS.length; i++) {
      rows[i / 5][i % 5] = ROWS[i];
    }
    return rows;
  }

  @Test
  void djlAndEveryRuntimeGiveWhatWasWorkedByHand(@TempDir Path folder) throws Exception {
    PreprocessingBlock block = block();
    float[] djl =
        block
            .forward(
                new ParameterStore(manager, false),
                new NDList(manager.create(ROWS, new Shape(3, 5))),
                false)
            .singletonOrThrow()
            .toFloatArray();
    float[][] found = new float[3][11];
    for (int i = 0; i < djl.length; i++) {
      found[i / 11][i % 11] = djl[i];
    }
    agree(found);
    ModelGraph graph = BlockExporter.export(block, 5, manager);
    byte[] saved = SavedModelWriter.write(graph);
    agree(Evaluator.of(graph).evaluate(rows()));
    agree(Evaluator.of(SavedModelReader.read(saved)).evaluate(rows()));
    agree(OnnxRuntime.run(OnnxWriter.write(graph), rows()));
    agree(TensorFlowRuntime.servedByName(saved, folder, rows()));
  }

  @Test
  void onlyWhatHasAReplacementMayBeMissing() throws Exception {
    Evaluator evaluator = Evaluator.of(BlockExporter.export(block(), 5, manager));
    assertThat(List.of(0, 1, 2, 3, 4)).filteredOn(evaluator::mayBeMissing).containsExactly(1, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluator.evaluate(new float[] {NAN, 1, 2, 3, 4}))
        .withMessageContaining("feature 0");
    Preprocessing preprocessing = all();
    assertThat(preprocessing.names())
        .filteredOn(preprocessing::mayBeMissing)
        .containsExactly("tier", "idle");
  }

  @Test
  void columnsHaveNames() {
    assertThat(all().outputs())
        .containsExactly(
            "size",
            "idle",
            "plain",
            "idle missing",
            "tier=1.0",
            "tier=2.0",
            "tier=5.0",
            "hour<6.0",
            "hour>=6.0",
            "hour>=12.0",
            "hour>=18.0");
    assertThat(block().getOutputShapes(new Shape[] {new Shape(7, 5)}))
        .containsExactly(new Shape(7, 11));
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Preprocessing.of("a").log("b"))
        .withMessage("no feature b among [a]");
    assertThatIllegalArgumentException().isThrownBy(() -> Preprocessing.of("a").clip("a", 2, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> Preprocessing.of("a").buckets("a", 2, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Preprocessing.of("a").standardise("a").fit(new float[] {1, NAN}))
        .withMessageContaining("feature a is missing in a row");
  }
}
