// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import ai.djl.TrainingDivergedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.decisionlab.training.EpochResult;
import org.decisionlab.training.StopReason;
import org.decisionlab.training.progress.LiveTraining;
import org.decisionlab.training.progress.TrainingOutline;
import org.decisionlab.training.progress.TrainingRound;

/** Round after round, until there is a reason to stop; keeps the best. */
final class BoostingLoop {

  private static final String LOSS = "loss";
  private static final String VALIDATION_LOSS = "validation loss";
  private static final String AUC = "validation AUC";

  private final TreeLibrary library;
  private final BoostingSettings settings;
  private final Consumer<EpochResult> onRound;
  private final List<EpochResult> history = new ArrayList<>();

  BoostingLoop(TreeLibrary library, BoostingSettings settings, Consumer<EpochResult> onRound) {
    this.library = library;
    this.settings = settings;
    this.onRound = onRound;
  }

  /** How it went. */
  record Outcome(List<EpochResult> history, StopReason stop, Boosting.Boosted trees) {}

  Outcome run(BoostingRows train, BoostingRows validation) {
    try (Boosting boosting = library.begin(train, validation, settings);
        LiveTraining live = LiveTraining.begin(outline())) {
      StopReason stop = boost(boosting, live);
      EpochResult best =
          history.stream()
              .filter(EpochResult::best)
              .reduce((a, b) -> b)
              .orElseThrow(
                  () ->
                      new CancellationException(
                          "training was interrupted in its first round; there is no model to"
                              + " keep"));
      Boosting.Boosted trees = boosting.result(best.epoch());
      live.ended(stop.toString());
      return new Outcome(List.copyOf(history), stop, trees);
    }
  }

  private StopReason boost(Boosting boosting, LiveTraining live) {
    int sinceBest = 0;
    while (history.size() < settings.rounds()) {
      if (Thread.currentThread().isInterrupted()) {
        return StopReason.INTERRUPTED;
      }
      long start = System.nanoTime();
      boolean grown = boosting.update();
      if (!grown && !history.isEmpty()) {
        return StopReason.NO_IMPROVEMENT;
      }
      EpochResult result = judge(boosting.figures(), start);
      history.add(result);
      live.round(round(result));
      onRound.accept(result);
      sinceBest = result.best() ? 0 : sinceBest + 1;
      if (sinceBest == settings.patience()) {
        return StopReason.NO_IMPROVEMENT;
      }
    }
    return StopReason.EPOCHS_DONE;
  }

  private EpochResult judge(Boosting.Figures figures, long start) {
    double loss = figures.validationLoss();
    if (!Double.isFinite(loss)) {
      throw new TrainingDivergedException(
          "the validation loss is %s after round %d; lower the learning rate"
              .formatted(loss, history.size() + 1));
    }
    return new EpochResult(
        history.size() + 1,
        figures.trainLoss(),
        loss,
        figures.validationAuc(),
        Map.of(),
        (System.nanoTime() - start) / 1e9,
        history.stream().allMatch(earlier -> loss < earlier.validationLoss()));
  }

  private TrainingOutline outline() {
    return new TrainingOutline(
        library.title(),
        "round",
        settings.rounds(),
        List.of(
            new TrainingOutline.Chart("loss", List.of(LOSS, VALIDATION_LOSS)),
            new TrainingOutline.Chart("AUC", List.of(AUC))));
  }

  private static TrainingRound round(EpochResult result) {
    return new TrainingRound(
        result.epoch(),
        Map.of(
            LOSS, result.trainLoss(),
            VALIDATION_LOSS, result.validationLoss(),
            AUC, result.validationAuc()),
        result.seconds(),
        result.best());
  }
}
