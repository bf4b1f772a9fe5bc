// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.evaluator.Evaluator;
import ai.djl.training.listener.TrainingListener.BatchData;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.decisionlab.training.dataset.EvenBatches;
import org.decisionlab.training.dataset.LabelledRows;
import org.decisionlab.training.progress.TrainingDisplay;
import org.decisionlab.training.progress.TrainingOutline;
import org.decisionlab.training.progress.TrainingRound;
import org.jspecify.annotations.Nullable;

/** Epoch after epoch with a DJL trainer, until there is a reason to stop; keeps the best epoch. */
final class EpochLoop {

  /**
   * How to train.
   *
   * @param epochs largest number of epochs
   * @param batchSize rows per step
   * @param patience epochs without a better one after which to stop
   * @param seed of the order of the rows and of the engine's random numbers
   * @param target by what the best epoch is chosen
   */
  record Settings(int epochs, int batchSize, int patience, int seed, Target target) {}

  /**
   * Who hears of each epoch.
   *
   * @param onEpoch the caller
   * @param display charts
   * @param keeper writes checkpoints, or null
   */
  record Witnesses(
      Consumer<EpochResult> onEpoch, TrainingDisplay display, @Nullable Keeper keeper) {}

  /** Keeps what is needed to go on later. */
  interface Keeper {
    /** Where the training was left, or null where it begins. */
    @Nullable Checkpoint left();

    /** An epoch is done. */
    void keep(List<EpochResult> history, Snapshot now, Snapshot best);
  }

  /** How it went. */
  record Outcome(List<EpochResult> history, StopReason stop) {}

  private final Trainer trainer;
  private final Settings settings;
  private final Witnesses witnesses;
  private final List<EpochResult> history = new ArrayList<>();
  private @Nullable Snapshot best;

  EpochLoop(Trainer trainer, Settings settings, Witnesses witnesses) {
    this.trainer = trainer;
    this.settings = settings;
    this.witnesses = witnesses;
  }

  Outcome run(LabelledRows train, Validation validation) {
    Block block = trainer.getModel().getBlock();
    try (NDManager manager = trainer.getManager().newSubManager()) {
      EvenBatches batches = new EvenBatches(settings.batchSize(), settings.seed());
      Dataset rows = train.toDataset(manager, batches);
      goOn(block);
      batches.epochsDone(history.size());
      trainer.notifyListeners(listener -> listener.onTrainingBegin(trainer));
      StopReason stop = StopReason.COMPLETE;
      while (history.size() < settings.epochs() && sinceBest() < settings.patience()) {
        if (Thread.currentThread().isInterrupted()) {
          stop = StopReason.INTERRUPTED;
          break;
        }
        long start = System.nanoTime();
        int epoch = history.size() + 1;
        // What happens in an epoch depends on none before it but by the parameters.
        trainer
            .getManager()
            .getEngine()
            .setRandomSeed((int) EvenBatches.seedOf(settings.seed(), epoch));
        OptionalDouble trainLoss = trainEpoch(rows, batches.count(train.size()));
        if (trainLoss.isEmpty()) {
          stop = StopReason.INTERRUPTED;
          break;
        }
        EpochResult result =
            result(validation.of(trainer.getModel(), epoch), trainLoss.getAsDouble(), start);
        take(result, block);
      }
      trainer.notifyListeners(listener -> listener.onTrainingEnd(trainer));
      if (best == null) {
        throw new CancellationException(
            "training was interrupted in its first epoch; there is no model to keep");
      }
      best.restore(block);
      if (stop == StopReason.COMPLETE && sinceBest() >= settings.patience()) {
        stop = StopReason.NO_IMPROVEMENT;
      }
      return new Outcome(List.copyOf(history), stop);
    }
  }

  /** Continues a training that was left. */
  private void goOn(Block block) {
    Keeper keeper = witnesses.keeper();
    Checkpoint left = keeper == null ? null : keeper.left();
    if (left != null) {
      left.now().write(block);
      best = left.best();
      for (EpochResult result : left.history()) {
        history.add(result);
        witnesses.display().round(round(result));
      }
    }
  }

  private int sinceBest() {
    int count = 0;
    for (int i = history.size() - 1; i >= 0 && !history.get(i).best(); i--) {
      count++;
    }
    return count;
  }

  private EpochResult result(Validation.Figures figures, double trainLoss, long start) {
    double seconds = (System.nanoTime() - start) / 1e9;
    EpochResult result =
        new EpochResult(
            history.size() + 1,
            trainLoss,
            figures.loss(),
            figures.auc(),
            figures.metrics(),
            seconds,
            false);
    return settings.target().isBest(result, history) ? result.asBest() : result;
  }

  private void take(EpochResult result, Block block) {
    history.add(result);
    Snapshot now = Snapshot.of(block);
    if (result.best() || best == null) {
      best = now;
    }
    Keeper keeper = witnesses.keeper();
    if (keeper != null) {
      keeper.keep(history, now, best);
    }
    trainer.notifyListeners(listener -> listener.onEpoch(trainer));
    witnesses.display().round(round(result));
    witnesses.onEpoch().accept(result);
  }

  /** What is shown of a training. */
  static TrainingOutline outline(int epochs, List<Evaluator> evaluators) {
    List<String> metrics = new ArrayList<>(List.of("validation AUC"));
    evaluators.forEach(evaluator -> metrics.add("validation " + evaluator.getName()));
    return new TrainingOutline(
        "training",
        "epoch",
        epochs,
        List.of(
            new TrainingOutline.Chart("loss", List.of("loss", "validation loss")),
            new TrainingOutline.Chart("metrics", metrics)));
  }

  private static TrainingRound round(EpochResult result) {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("loss", result.trainLoss());
    figures.put("validation loss", result.validationLoss());
    figures.put("validation AUC", result.validationAuc());
    result.metrics().forEach((name, value) -> figures.put("validation " + name, value));
    return new TrainingRound(result.epoch(), figures, result.seconds(), result.best());
  }

  /**
   * Mean loss over the rows, or nothing when the thread was interrupted ahead of the last batch: an
   * epoch whose rows were all learned from counts.
   */
  private OptionalDouble trainEpoch(Dataset rows, int batches) {
    double lossSum = 0;
    long seen = 0;
    int number = 0;
    try {
      for (Batch batch : trainer.iterateDataset(rows)) {
        try (batch) {
          number++;
          double loss = step(batch);
          if (!Double.isFinite(loss)) {
            throw Validation.diverged(
                "loss is " + loss, history.size() + 1, "batch %d of %d".formatted(number, batches));
          }
          lossSum += loss * batch.getSize();
          seen += batch.getSize();
          witnesses.display().progress(number, batches);
        }
        if (number < batches && Thread.currentThread().isInterrupted()) {
          return OptionalDouble.empty();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (TranslateException e) {
      throw new IllegalStateException("rows in memory could not be made into a batch", e);
    }
    return OptionalDouble.of(lossSum / seen);
  }

  private double step(Batch batch) {
    NDList labels = batch.getLabels();
    double loss;
    NDList logits;
    try (GradientCollector collector = trainer.newGradientCollector()) {
      logits = trainer.forward(batch.getData());
      requireOneLogit(logits, batch.getSize());
      NDArray mean = trainer.getLoss().evaluate(labels, logits);
      loss = mean.getFloat();
      if (Double.isFinite(loss)) {
        collector.backward(mean);
      }
    }
    if (Double.isFinite(loss)) {
      trainer.step();
      Device device = batch.getManager().getDevice();
      BatchData data = new BatchData(batch, Map.of(device, labels), Map.of(device, logits));
      trainer.notifyListeners(listener -> listener.onTrainingBatch(trainer, data));
    }
    return loss;
  }

  private static void requireOneLogit(NDList output, int rows) {
    if (output.size() != 1 || !output.get(0).getShape().equals(new Shape(rows, 1))) {
      throw new IllegalArgumentException(
          "for %d rows the block gives %s; expected one array of shape (%d, 1), a logit per row"
              .formatted(rows, List.of(output.getShapes()), rows));
    }
  }
}
