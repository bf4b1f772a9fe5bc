// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import ai.djl.Device;
import ai.djl.TrainingDivergedException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
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
import org.decisionlab.training.evaluation.Metrics;
import org.decisionlab.training.progress.TrainingDisplay;
import org.decisionlab.training.progress.TrainingOutline;
import org.decisionlab.training.progress.TrainingRound;

/** Epoch after epoch with a DJL trainer, until there is a reason to stop; keeps the best epoch. */
final class EpochLoop {

  /**
   * How to train.
   *
   * @param epochs largest number of epochs
   * @param batchSize rows per step
   * @param patience epochs without a lower validation loss after which to stop
   * @param seed order of the rows
   */
  record Settings(int epochs, int batchSize, int patience, int seed) {}

  /** How it went. */
  record Outcome(List<EpochResult> history, StopReason stop) {}

  private final Trainer trainer;
  private final Settings settings;
  private final Consumer<EpochResult> onEpoch;
  private final TrainingDisplay display;
  private final List<EpochResult> history = new ArrayList<>();

  EpochLoop(
      Trainer trainer, Settings settings, Consumer<EpochResult> onEpoch, TrainingDisplay display) {
    this.trainer = trainer;
    this.settings = settings;
    this.onEpoch = onEpoch;
    this.display = display;
  }

  Outcome run(LabelledRows train, LabelledRows validation) {
    Snapshot best = new Snapshot(trainer.getModel().getBlock());
    try (NDManager manager = trainer.getManager().newSubManager()) {
      EvenBatches batches = new EvenBatches(settings.batchSize(), settings.seed());
      Dataset rows = train.toDataset(manager, batches);
      trainer.notifyListeners(listener -> listener.onTrainingBegin(trainer));
      StopReason stop = StopReason.EPOCHS_DONE;
      int sinceBest = 0;
      while (history.size() < settings.epochs()) {
        long start = System.nanoTime();
        OptionalDouble trainLoss = trainEpoch(rows, batches.count(train.size()));
        if (trainLoss.isEmpty()) {
          stop = StopReason.INTERRUPTED;
          break;
        }
        EpochResult result = judge(validation, trainLoss.getAsDouble(), start);
        history.add(result);
        if (result.best()) {
          best.take();
        }
        sinceBest = result.best() ? 0 : sinceBest + 1;
        trainer.notifyListeners(listener -> listener.onEpoch(trainer));
        display.round(round(result));
        onEpoch.accept(result);
        if (sinceBest == settings.patience()) {
          stop = StopReason.NO_IMPROVEMENT;
          break;
        }
      }
      trainer.notifyListeners(listener -> listener.onTrainingEnd(trainer));
      if (history.isEmpty()) {
        throw new CancellationException(
            "training was interrupted in its first epoch; there is no model to keep");
      }
      best.restore();
      return new Outcome(List.copyOf(history), stop);
    }
  }

  /** What is shown of a training. */
  static TrainingOutline outline(int epochs) {
    return new TrainingOutline(
        "training",
        "epoch",
        epochs,
        List.of(
            new TrainingOutline.Chart("loss", List.of("loss", "validation loss")),
            new TrainingOutline.Chart("AUC", List.of("validation AUC"))));
  }

  private static TrainingRound round(EpochResult result) {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("loss", result.trainLoss());
    figures.put("validation loss", result.validationLoss());
    figures.put("validation AUC", result.validationAuc());
    return new TrainingRound(result.epoch(), figures, result.seconds(), result.best());
  }

  /** Mean loss over the rows, or nothing when the thread was interrupted. */
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
            throw diverged("loss is " + loss, "batch %d of %d".formatted(number, batches));
          }
          lossSum += loss * batch.getSize();
          seen += batch.getSize();
          display.progress(number, batches);
        }
        if (Thread.currentThread().isInterrupted()) {
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

  private EpochResult judge(LabelledRows validation, double trainLoss, long start) {
    float[] logits =
        Inference.of(trainer.getModel())
            .outputs(validation.features(), validation.columns().size());
    boolean[] labels = validation.labels();
    double[] scores = new double[logits.length];
    double lossSum = 0;
    for (int i = 0; i < scores.length; i++) {
      double logit = logits[i];
      scores[i] = logit;
      lossSum +=
          Math.max(logit, 0) - (labels[i] ? logit : 0) + Math.log1p(Math.exp(-Math.abs(logit)));
    }
    double loss = lossSum / scores.length;
    if (!Double.isFinite(loss)) {
      throw diverged("validation loss is " + loss, "after its last batch");
    }
    boolean best = history.stream().allMatch(earlier -> loss < earlier.validationLoss());
    return new EpochResult(
        history.size() + 1,
        trainLoss,
        loss,
        Metrics.auc(labels, scores),
        Map.of(),
        (System.nanoTime() - start) / 1e9,
        best);
  }

  private TrainingDivergedException diverged(String what, String where) {
    return new TrainingDivergedException(
        "%s in epoch %d, %s. Lower the learning rate, and look for extreme values among the features"
            .formatted(what, history.size() + 1, where));
  }
}
