// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.TrainingDivergedException;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListenerAdapter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.decisionlab.core.feature.FeatureMap;
import org.decisionlab.training.dataset.TableRows;
import org.decisionlab.training.evaluation.Calibration;
import org.decisionlab.training.evaluation.Metrics;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.Table;

class TrainingRunTest {

  private final Table train = Worlds.learnable(6000, 1);
  private final Table validation = Worlds.learnable(3000, 2);
  private final Table test = Worlds.learnable(4000, 3);

  @AfterEach
  void clearInterrupt() {
    Thread.interrupted();
  }

  private TrainingRun run() {
    return TrainingRun.of(train, validation).features(Worlds.FEATURES).batchSize(256).seed(7);
  }

  @Test
  void learnsAProbabilityCloseToTheTruth() {
    try (TrainedModel model = run().epochs(25).fit()) {
      float[] given = model.predict(test);
      double[] truth = new double[given.length];
      double[] probabilities = new double[given.length];
      double error = 0;
      for (int i = 0; i < given.length; i++) {
        truth[i] =
            Worlds.truth(
                test.floatColumn("size").get(i),
                test.floatColumn("file_accesses").get(i),
                test.floatColumn("file_idle").get(i));
        probabilities[i] = given[i];
        error += Math.abs(truth[i] - given[i]) / given.length;
      }
      boolean[] labels = TableRows.labels(test, "label");
      assertThat(error).as("mean distance to the true probability").isLessThan(0.06);
      assertThat(Metrics.auc(labels, probabilities))
          .as("close to what the truth itself reaches")
          .isCloseTo(Metrics.auc(labels, truth), within(0.015));
      assertThat(Calibration.of(labels, probabilities).expectedError()).isLessThan(0.05);
    }
  }

  @Test
  void separatesWhatCanBeSeparated() {
    Table easy = Worlds.separable(2000, 4);
    try (TrainedModel model =
        TrainingRun.of(easy, Worlds.separable(1000, 5))
            .features(Worlds.FEATURES)
            .hidden()
            .learningRate(0.05f)
            .epochs(40)
            .fit()) {
      assertThat(model.best().validationAuc()).isEqualTo(1);
      assertThat(model.best().validationLoss()).isLessThan(0.1);
    }
  }

  @Test
  void sameSeedGivesIdenticalBitsAndAnotherSeedDoesNot() {
    try (TrainedModel first = run().epochs(3).fit();
        TrainedModel again = run().epochs(3).fit();
        TrainedModel other = run().seed(8).epochs(3).fit()) {
      assertThat(Arrays.equals(again.predict(test), first.predict(test))).isTrue();
      assertThat(Arrays.equals(other.predict(test), first.predict(test))).isFalse();
      assertThat(losses(again)).isEqualTo(losses(first));
    }
  }

  private static List<Double> losses(TrainedModel model) {
    return model.history().stream().map(EpochResult::validationLoss).toList();
  }

  @Test
  void stopsWhenPatienceIsOverAndKeepsTheBestEpoch() {
    // So few rows and so many weights that the validation loss soon rises.
    Table few = Worlds.learnable(120, 6);
    List<EpochResult> told = new ArrayList<>();
    try (TrainedModel model =
        TrainingRun.of(few, validation)
            .features(Worlds.FEATURES)
            .hidden(64, 64)
            .batchSize(32)
            .learningRate(0.02f)
            .epochs(200)
            .patience(4)
            .onEpoch(told::add)
            .fit()) {
      assertThat(model.training().stop()).isEqualTo(StopReason.NO_IMPROVEMENT);
      assertThat(model.history()).isEqualTo(told).hasSizeLessThan(200);
      assertThat(model.best().epoch()).isEqualTo(told.size() - 4);
      assertThat(model.best().validationLoss())
          .isEqualTo(told.stream().mapToDouble(EpochResult::validationLoss).min().orElseThrow());
      assertThat(logLoss(model, validation))
          .as("the parameters are those of the best epoch")
          .isCloseTo(model.best().validationLoss(), within(1e-4));
    }
  }

  private static double logLoss(TrainedModel model, Table table) {
    float[] given = model.predict(table);
    double[] probabilities = new double[given.length];
    for (int i = 0; i < given.length; i++) {
      probabilities[i] = given[i];
    }
    return Metrics.logLoss(TableRows.labels(table, "label"), probabilities);
  }

  @Test
  void aLossThatIsNotFiniteEndsTheRunByEpochAndBatch() {
    assertThatThrownBy(() -> run().hidden().learningRate(1e38f).fit())
        .isInstanceOf(TrainingDivergedException.class)
        .hasMessageMatching("loss is (NaN|Infinity) in epoch 1, batch \\d+ of 24\\. Lower the .*");
  }

  @Test
  void anInterruptKeepsTheBestEpochAndStaysVisible() {
    AtomicInteger epochs = new AtomicInteger();
    try (TrainedModel model =
        run()
            .epochs(1000)
            .patience(1000)
            .onEpoch(
                result -> {
                  if (epochs.incrementAndGet() == 3) {
                    Thread.currentThread().interrupt();
                  }
                })
            .fit()) {
      assertThat(Thread.interrupted()).isTrue();
      assertThat(model.training().stop()).isEqualTo(StopReason.INTERRUPTED);
      assertThat(model.history()).hasSize(3);
      assertThat(model).hasToString(model.toString()).asString().contains("interrupted, best");
      assertThat(logLoss(model, validation)).isCloseTo(model.best().validationLoss(), within(1e-4));
    }
  }

  @Test
  void anInterruptInTheFirstEpochLeavesNothingToKeep() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> run().fit())
        .isInstanceOf(CancellationException.class)
        .hasMessageContaining("first epoch");
    assertThat(Thread.interrupted()).isTrue();
  }

  /** All rows were learned from: the epoch is judged, kept and written, be it the first. */
  @Test
  void anInterruptBehindTheLastBatchKeepsTheEpoch(@TempDir Path folder) {
    AtomicInteger batches = new AtomicInteger();
    TrainingListenerAdapter late =
        new TrainingListenerAdapter() {
          @Override
          public void onTrainingBatch(Trainer trainer, BatchData batch) {
            if (batches.incrementAndGet() == 24) {
              Thread.currentThread().interrupt();
            }
          }
        };
    try (TrainedModel model = run().epochs(5).checkpoints(folder).listeners(late).fit()) {
      assertThat(Thread.interrupted()).isTrue();
      assertThat(batches).hasValue(24);
      assertThat(model.training().stop()).isEqualTo(StopReason.INTERRUPTED);
      assertThat(model.history()).hasSize(1);
      assertThat(folder.resolve("epoch-000001.checkpoint")).exists();
      assertThat(logLoss(model, validation)).isCloseTo(model.best().validationLoss(), within(1e-4));
    }
  }

  @Test
  void findsTheEngineFromAThreadWithoutContextClassLoader() throws InterruptedException {
    List<Throwable> failures = new ArrayList<>();
    Thread bare = new Thread(() -> run().epochs(1).fit().close());
    bare.setContextClassLoader(null);
    bare.setUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
    bare.start();
    bare.join(120_000);
    assertThat(bare.isAlive()).isFalse();
    assertThat(failures).isEmpty();
  }

  @Test
  void theModelOwnsItsParametersWhateverTheGarbageCollectorDoes() {
    try (TrainedModel model = run().epochs(1).fit()) {
      float[] before = model.predict(test);
      for (int round = 0; round < 5; round++) {
        System.gc();
        // Freed native memory is soon handed out again and overwritten.
        for (int i = 0; i < 2000; i++) {
          ByteBuffer.allocateDirect(512).putLong(0, -1L).putLong(64, -1L);
        }
      }
      assertThat(Arrays.equals(model.predict(test), before)).isTrue();
    }
  }

  @Test
  void tellsDjlListenersOfEveryBatchAndEpoch() {
    List<String> events = new ArrayList<>();
    TrainingListenerAdapter listener =
        new TrainingListenerAdapter() {
          @Override
          public void onTrainingBatch(Trainer trainer, BatchData batch) {
            events.add("batch of " + batch.getBatch().getSize());
          }

          @Override
          public void onEpoch(Trainer trainer) {
            events.add("epoch");
          }
        };
    run().batchSize(3000).epochs(2).listeners(listener).fit().close();
    assertThat(events)
        .containsExactly(
            "batch of 3000", "batch of 3000", "epoch", "batch of 3000", "batch of 3000", "epoch");
  }

  @Test
  void trainsABlockOfOnesOwn() {
    SequentialBlock own =
        new SequentialBlock()
            .add(Linear.builder().setUnits(4).build())
            .add(ai.djl.nn.Activation.tanhBlock())
            .add(Linear.builder().setUnits(1).build());
    try (TrainedModel model = run().block(own).epochs(2).fit()) {
      assertThat(model.history()).hasSize(2);
      assertThat(model.predict(test)).hasSize(4000);
    }
  }

  @Test
  void aBlockMustGiveOneLogitPerRow() {
    SequentialBlock two = new SequentialBlock().add(Linear.builder().setUnits(2).build());
    assertThatThrownBy(() -> run().block(two).fit())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected one array of shape (250, 1)");
  }

  @Test
  void refusesAWindowWithOneOutcome() {
    Table never = validation.where(validation.booleanColumn("label").isFalse());
    assertThatThrownBy(() -> TrainingRun.of(train, never).features(Worlds.FEATURES).fit())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("validation rows 0 are yes in 'label'");
  }

  @Test
  void refusesAFeatureThatTheTableLacks() {
    assertThatThrownBy(() -> run().features(FeatureMap.standard()).fit())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no column 'file_gap'");
  }

  @Test
  void refusesARunWithoutFeatures() {
    assertThatThrownBy(() -> TrainingRun.of(train, validation).fit())
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("features(...)");
  }

  @Test
  void aFeatureThatNeverVariesDoesNoHarm() {
    Table flat = train.copy();
    for (int i = 0; i < flat.rowCount(); i++) {
      flat.floatColumn("size").set(i, 21f);
    }
    try (TrainedModel model =
        TrainingRun.of(flat, validation).features(Worlds.FEATURES).epochs(2).fit()) {
      assertThat(model.training().statistics().get(0).deviation()).isZero();
      assertThat(model.predict(test)).doesNotContain(Float.NaN);
    }
  }
}
