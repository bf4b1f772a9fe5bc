// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.decisionlab.core.file.DurableFiles;
import org.decisionlab.models.engine.TrainableWriter;
import org.decisionlab.models.tensorflow.TensorFlowGuard;
import org.decisionlab.training.TrainedModel;
import org.decisionlab.training.TrainingRun;
import org.decisionlab.training.Worlds;
import org.decisionlab.training.dataset.TableRows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.types.TFloat32;
import tech.tablesaw.api.Table;

/** A model whose weights are variables, in tensorflow-java; the Python lane asks the same files. */
class TrainableExportTest {

  private static final int ROWS = 200;
  private static final float RATE = 0.2f;

  private final Table rows = Worlds.learnable(ROWS, 61);

  @Test
  void aStepOfTrainingChangesTheAnswersAndLowersTheLoss(@TempDir Path folder) throws Exception {
    try (TrainedModel model = model()) {
      Path saved = folder.resolve("trainable");
      TrainableWriter.Written written = ModelExport.of(model).toTrainable(saved);
      assertThat(written.signature()).as(written.reason()).isTrue();
      assertThat(written.variables()).as("three matrices, three biases").hasSize(6);
      TensorFlowGuard.checkSavedModel(Files.readAllBytes(saved.resolve("saved_model.pb")));
      float[] before = model.predict(rows);
      try (SavedModelBundle bundle = SavedModelBundle.load(saved.toString(), "serve")) {
        assertThat(answers(bundle)).containsExactly(before, within(1e-5f));
        float first = step(bundle);
        assertThat((double) first).isCloseTo(loss(before), within(1e-4));
        float[] after = answers(bundle);
        assertThat(Arrays.equals(after, before)).isFalse();
        float last = first;
        for (int i = 0; i < 20; i++) {
          last = step(bundle);
        }
        assertThat(last).isLessThan(first);
      }
      keepForPython(model, saved);
      assertThatThrownBy(() -> ModelExport.of(model).toTrainable(saved))
          .isInstanceOf(ExportRefusedException.class)
          .hasMessageContaining("FileAlreadyExists");
    }
  }

  private static TrainedModel model() {
    return TrainingRun.of(Worlds.learnable(2000, 62), Worlds.learnable(1000, 63))
        .features(Worlds.FEATURES)
        .hidden(16, 8)
        .epochs(2)
        .fit();
  }

  private float[][] inputs() {
    float[] flat = TableRows.features(rows, Worlds.FEATURES.names());
    float[][] inputs = new float[ROWS][];
    for (int i = 0; i < ROWS; i++) {
      inputs[i] = Arrays.copyOfRange(flat, 3 * i, 3 * i + 3);
    }
    return inputs;
  }

  private float[][] labels() {
    boolean[] labels = TableRows.labels(rows, "label");
    float[][] numbers = new float[ROWS][1];
    for (int i = 0; i < ROWS; i++) {
      numbers[i][0] = labels[i] ? 1 : 0;
    }
    return numbers;
  }

  private double loss(float[] probabilities) {
    boolean[] labels = TableRows.labels(rows, "label");
    double sum = 0;
    for (int i = 0; i < ROWS; i++) {
      sum -= Math.log(labels[i] ? probabilities[i] : 1.0 - probabilities[i]);
    }
    return sum / ROWS;
  }

  private float[] answers(SavedModelBundle bundle) {
    try (TFloat32 input = TFloat32.tensorOf(StdArrays.ndCopyOf(inputs()));
        Result result =
            bundle
                .session()
                .runner()
                .feed("serving_default_inputs_input", input)
                .fetch("StatefulPartitionedCall")
                .run()) {
      float[] flat = new float[ROWS];
      TFloat32 found = (TFloat32) result.get(0);
      for (int i = 0; i < ROWS; i++) {
        flat[i] = found.getFloat(i, 0);
      }
      return flat;
    }
  }

  private float step(SavedModelBundle bundle) {
    try (TFloat32 input = TFloat32.tensorOf(StdArrays.ndCopyOf(inputs()));
        TFloat32 truth = TFloat32.tensorOf(StdArrays.ndCopyOf(labels()));
        TFloat32 rate = TFloat32.scalarOf(RATE);
        Result result =
            bundle
                .session()
                .runner()
                .feed("serving_default_inputs_input", input)
                .feed("train_labels", truth)
                .feed("train_learning_rate", rate)
                .fetch("train_loss")
                .run()) {
      Tensor loss = result.get(0);
      return ((TFloat32) loss).getFloat();
    }
  }

  /** For the lane that asks the Python runtimes. */
  private void keepForPython(TrainedModel model, Path saved) throws Exception {
    Path place = Path.of("target", "trainable");
    DurableFiles.deleteTree(place);
    for (Path from : DurableFiles.tree(saved)) {
      Path to = place.resolve("saved_model").resolve(saved.relativize(from).toString());
      Files.createDirectories(to.getParent());
      if (Files.isRegularFile(from)) {
        Files.copy(from, to);
      }
    }
    Files.writeString(
        place.resolve("facts.json"),
        """
        {"rows": %s, "labels": %s, "answers": %s, "variables": 6}
        """
            .formatted(
                Arrays.deepToString(inputs()),
                Arrays.deepToString(labels()),
                Arrays.toString(model.predict(rows))));
  }
}
