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
  private final boolean quiet;
  private final List<EpochResult> history = new ArrayList<>();

  /**
   * @param onRound called after each round
   * @param quiet whether nothing is shown
   */
  BoostingLoop(
      TreeLibrary library,
      BoostingSettings settings,
      Consumer<EpochResult> onRound,
      boolean quiet) {
    this.quiet = quiet;
    this.library = library;
    this.settings = settings;
    this.onRound = onRound;
  }

  /** How it went. */
  record Outcome(List<EpochResult> history, StopReason stop, Boosting.Boosted trees) {}

  Outcome run(BoostingRows train, BoostingRows validation, BoostingKeeper keeper) {
    BoostingCheckpoint left = keeper.left();
    try (Boosting boosting = library.begin(train, validation, settings, left);
        LiveTraining live = quiet ? LiveTraining.nowhere() : LiveTraining.begin(outline())) {
      if (left != null) {
        for (EpochResult result : left.history()) {
          history.add(result);
          live.round(round(result));
        }
      }
      StopReason stop = boost(boosting, live, keeper);
      keeper.keep(history, boosting, true);
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

  private StopReason boost(Boosting boosting, LiveTraining live, BoostingKeeper keeper) {
    while (history.size() < settings.rounds()) {
      if (sinceBest() >= settings.patience()) {
        return StopReason.NO_IMPROVEMENT;
      }
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
      keeper.keep(history, boosting, false);
      onRound.accept(result);
    }
    return sinceBest() >= settings.patience() ? StopReason.NO_IMPROVEMENT : StopReason.COMPLETE;
  }

  private int sinceBest() {
    int count = 0;
    for (int i = history.size() - 1; i >= 0 && !history.get(i).best(); i--) {
      count++;
    }
    return count;
  }

  private EpochResult judge(Boosting.Figures figures, long start) {
    double loss = figures.validationLoss();
    if (!Double.isFinite(loss)) {
      throw new TrainingDivergedException(
          "the validation loss is %s after round %d; lower the learning rate"
              .formatted(loss, history.size() + 1));
    }
    EpochResult result =
        new EpochResult(
            history.size() + 1,
            figures.trainLoss(),
            loss,
            figures.validationAuc(),
            figures.further(),
            (System.nanoTime() - start) / 1e9,
            false);
    return settings.target().isBest(result, history) ? result.asBest() : result;
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
