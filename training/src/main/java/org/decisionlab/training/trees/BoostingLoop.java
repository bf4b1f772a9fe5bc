// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import ai.djl.TrainingDivergedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
  private static final String VALIDATION_ACCURACY = "validation " + Boosting.ACCURACY;

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
    return StopReason.COMPLETE;
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
        figures.further(),
        (System.nanoTime() - start) / 1e9,
        history.stream().allMatch(earlier -> loss < earlier.validationLoss()));
  }

  private TrainingOutline outline() {
    List<TrainingOutline.Chart> charts = new ArrayList<>();
    charts.add(new TrainingOutline.Chart("loss", List.of(LOSS, VALIDATION_LOSS)));
    charts.add(new TrainingOutline.Chart("AUC", List.of(AUC)));
    if (settings.outcomes().named()) {
      charts.add(new TrainingOutline.Chart(Boosting.ACCURACY, List.of(VALIDATION_ACCURACY)));
    }
    return new TrainingOutline(library.title(), "round", settings.rounds(), charts);
  }

  private static TrainingRound round(EpochResult result) {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put(LOSS, result.trainLoss());
    figures.put(VALIDATION_LOSS, result.validationLoss());
    figures.put(AUC, result.validationAuc());
    result.metrics().forEach((name, value) -> figures.put("validation " + name, value));
    return new TrainingRound(result.epoch(), figures, result.seconds(), result.best());
  }
}
