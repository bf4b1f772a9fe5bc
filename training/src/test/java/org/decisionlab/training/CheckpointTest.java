// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.optimizer.AdamW;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.optimizer.Sgd;
import ai.djl.training.tracker.Tracker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tech.tablesaw.api.Table;

class CheckpointTest {

  private static final int EPOCHS = 5;

  private final Table train = Worlds.learnable(2000, 41);
  private final Table validation = Worlds.learnable(1000, 42);
  private final Table test = Worlds.learnable(500, 43);

  @TempDir private Path folder;

  @AfterEach
  void clearInterrupt() {
    Thread.interrupted();
  }

  /** Optimisers whose state is kept. */
  enum Kept {
    ADAM(
        run ->
            run.learningRate(
                Tracker.cosine()
                    .setBaseValue(0.01f)
                    .optFinalValue(1e-4f)
                    .setMaxUpdates(60)
                    .build())),
    ADAM_W(run -> run.optimizer(AdamW.builder().optLearningRateTracker(Tracker.fixed(0.003f)))),
    MOMENTUM(
        run ->
            run.optimizer(
                Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.01f)).optMomentum(0.9f)));

    private final UnaryOperator<TrainingRun> with;

    Kept(UnaryOperator<TrainingRun> with) {
      this.with = with;
    }
  }

  /** Whatever may be lost between two epochs: running statistics, random numbers, momentum. */
  private static Block net(int size) {
    return new SequentialBlock()
        .add(Linear.builder().setUnits(size).build())
        .add(BatchNorm.builder().build())
        .add(Activation.reluBlock())
        .add(Dropout.builder().optRate(0.3f).build())
        .add(Linear.builder().setUnits(1).build());
  }

  private TrainingRun run() {
    return TrainingRun.of(train, validation)
        .features(Worlds.FEATURES)
        .block(net(16))
        .batchSize(200)
        .epochs(EPOCHS)
        .patience(100)
        .seed(7);
  }

  /** Interrupts in the middle of an epoch. */
  private static TrainingListenerAdapter interruptIn(int epoch) {
    return new TrainingListenerAdapter() {
      private int batches;

      @Override
      public void onTrainingBatch(Trainer trainer, BatchData batch) {
        if (++batches == (epoch - 1) * 10 + 5) {
          Thread.currentThread().interrupt();
        }
      }
    };
  }

  private static List<Double> losses(TrainedModel model) {
    return model.history().stream().map(EpochResult::validationLoss).toList();
  }

  @ParameterizedTest
  @EnumSource(Kept.class)
  void aTrainingThatWasLeftAndResumedGivesIdenticalBits(Kept kept) {
    float[] expected;
    List<Double> losses;
    try (TrainedModel whole = kept.with.apply(run()).fit()) {
      expected = whole.predict(test);
      losses = losses(whole);
      assertThat(losses).hasSize(EPOCHS);
    }
    try (TrainedModel part =
        kept.with.apply(run()).checkpoints(folder).listeners(interruptIn(3)).fit()) {
      assertThat(Thread.interrupted()).isTrue();
      assertThat(part.training().stop()).isEqualTo(StopReason.INTERRUPTED);
      assertThat(part.history()).hasSize(2);
    }
    try (TrainedModel resumed = kept.with.apply(run()).checkpoints(folder).resume().fit()) {
      assertThat(losses(resumed)).isEqualTo(losses);
      assertThat(resumed.predict(test)).isEqualTo(expected);
    }
  }

  @Test
  void aFinishedTrainingIsGoneOnWithWhenMoreEpochsAreWanted() throws Exception {
    run().epochs(2).checkpoints(folder).fit().close();
    run().epochs(EPOCHS).checkpoints(folder).resume().fit().close();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .as("the newest two")
          .containsExactlyInAnyOrder("epoch-000004.checkpoint", "epoch-000005.checkpoint");
    }
    try (TrainedModel again = run().epochs(EPOCHS).checkpoints(folder).resume().fit()) {
      assertThat(again.history()).hasSize(EPOCHS);
      assertThat(again.training().stop()).isEqualTo(StopReason.COMPLETE);
    }
  }

  @Test
  void resumingWhereThereIsNothingBegins() {
    try (TrainedModel model = run().epochs(1).checkpoints(folder.resolve("new")).resume().fit()) {
      assertThat(model.history()).hasSize(1);
    }
  }

  @Test
  void anotherTrainingIsRefusedByWhatDiffers() {
    run().epochs(1).checkpoints(folder).fit().close();
    refused(run().block(net(8)), "net: SequentialBlock");
    refused(run().seed(8), "seed: 7, now 8");
    refused(run().batchSize(100), "batch_size: 200, now 100");
    Preprocessing steps = Preprocessing.of(Worlds.FEATURES.names()).clip("size", 10, 30);
    refused(run().preprocessing(steps), "preprocessing: not told, now size: clip 10.0 to 30.0");
    assertThatThrownBy(() -> run().resume().fit())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("call checkpoints(folder)");
    refused(
        run().features(Worlds.FEATURES.select("size", "file_idle")),
        "features: size, file_accesses, file_idle, now size, file_idle");
    refused(
        TrainingRun.of(train.first(1999), validation)
            .features(Worlds.FEATURES)
            .block(net(16))
            .batchSize(200)
            .seed(7),
        "training rows: 2000 rows with SHA-256");
    assertThatThrownBy(() -> run().checkpoints(folder).fit())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("holds epoch-000001.checkpoint of an earlier training");
  }

  @Test
  void settingsThatAreToldNoLongerAreNamedAndMayBeLong() {
    Checkpoints<Checkpoint> checkpoints = new Checkpoints<>(folder, new CheckpointFile());
    Map<String, String> identity = Map.of("seed", "7", "preprocessing", "ä𝛼".repeat(40_000));
    Snapshot none = new Snapshot(Map.of());
    OptimizerState.Saved optimizer = new OptimizerState.Saved(Map.of(), Map.of());
    checkpoints.write(new Checkpoint(identity, List.of(), none, none, optimizer));
    assertThat(Objects.requireNonNull(checkpoints.left(true, identity)).identity())
        .isEqualTo(identity);
    assertThatThrownBy(
            () ->
                checkpoints.left(
                    true, Map.of("preprocessing", "ä𝛼".repeat(40_000), "weights", "size")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith(
            "is of another training: seed: 7, now not told; weights: not told, now size");
  }

  private void refused(TrainingRun run, String difference) {
    assertThatThrownBy(() -> run.checkpoints(folder).resume().fit())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is of another training: ")
        .hasMessageContaining(difference);
  }

  @Test
  void aDamagedCheckpointIsRefusedByName() throws Exception {
    run().epochs(2).checkpoints(folder).fit().close();
    Path newest = folder.resolve("epoch-000002.checkpoint");
    byte[] bytes = Files.readAllBytes(newest);
    bytes[bytes.length / 2] ^= 1;
    Files.write(newest, bytes);
    assertThatThrownBy(() -> run().checkpoints(folder).resume().fit())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("epoch-000002.checkpoint cannot be read: it is damaged")
        .hasMessageContaining("Delete it");
    Files.delete(newest);
    try (TrainedModel model = run().epochs(2).checkpoints(folder).resume().fit()) {
      assertThat(model.history()).hasSize(2);
    }
  }

  @Test
  void anOptimizerWhoseStateIsNotKnownHasNoCheckpoints() {
    Optimizer other = Adam.builder().optLearningRateTracker(Tracker.fixed(0.001f)).build();
    assertThatThrownBy(() -> run().optimizer(other).checkpoints(folder).fit())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("what Adam remembers cannot be kept");
    try (TrainedModel model = run().optimizer(other).epochs(1).fit()) {
      assertThat(model.training().settings()).containsEntry("optimizer", "Adam");
    }
  }

  @Test
  void builtOptimizersTrainAsDjlsOwn() {
    Adam.Builder settings = Adam.builder().optLearningRateTracker(Tracker.fixed(0.003f));
    Optimizer own = Adam.builder().optLearningRateTracker(Tracker.fixed(0.003f)).build();
    Sgd.Builder sgd = Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.01f));
    Optimizer ownSgd = Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.01f)).build();
    same(run().optimizer(settings), run().optimizer(own));
    same(run().optimizer(sgd), run().optimizer(ownSgd));
  }

  private void same(TrainingRun one, TrainingRun other) {
    try (TrainedModel kept = one.epochs(2).fit();
        TrainedModel djls = other.epochs(2).fit()) {
      assertThat(kept.predict(test)).isEqualTo(djls.predict(test));
    }
  }
}
