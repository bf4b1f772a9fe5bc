// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.evaluator.Evaluator;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.decisionlab.training.dataset.LabelledRows;
import org.decisionlab.training.progress.LiveTraining;
import org.jspecify.annotations.Nullable;

/**
 * How a net is taken through its epochs: DJL's trainer set up, shown, and kept in checkpoints.
 *
 * @param optimizer takes the steps
 * @param evaluators further figures over the validation rows
 * @param listeners of DJL
 * @param how many epochs, which rows to a step, when to stop
 * @param witnesses who is told
 */
record Course(
    OptimizerChoice optimizer,
    List<Evaluator> evaluators,
    List<TrainingListener> listeners,
    EpochLoop.Settings how,
    Witnesses witnesses) {

  /**
   * Who is told of the epochs.
   *
   * @param checkpoints where each is written, null for nowhere
   * @param resume whether to go on from the newest checkpoint
   * @param quiet whether nothing is shown
   * @param onEpoch called after each
   */
  record Witnesses(
      @Nullable Checkpoints<Checkpoint> checkpoints,
      boolean resume,
      boolean quiet,
      Consumer<EpochResult> onEpoch) {}

  /**
   * Trains the block of a model.
   *
   * @param settings what a checkpoint must agree with
   */
  EpochLoop.Outcome run(
      Model model, LabelledRows train, LabelledRows validation, Map<String, String> settings) {
    KeptOptimizers.Kept kept = optimizer.make();
    DefaultTrainingConfig config =
        new DefaultTrainingConfig(
                train.isWeighted() ? new WeightedLoss() : Loss.sigmoidBinaryCrossEntropyLoss())
            .optOptimizer(kept.optimizer())
            .optDevices(new Device[] {model.getNDManager().getDevice()})
            .addTrainingListeners(listeners.toArray(TrainingListener[]::new));
    try (Trainer trainer = model.newTrainer(config)) {
      trainer.initialize(new Shape(1, train.columns().size()));
      EpochLoop.Keeper keeper = null;
      if (witnesses.checkpoints() != null) {
        TrainingIdentity identity =
            new TrainingIdentity(train, validation, model.getBlock(), how.seed(), settings);
        keeper =
            new CheckpointKeeper(
                witnesses.checkpoints(),
                witnesses.resume(),
                identity.facts(),
                kept,
                model.getBlock());
      }
      try (LiveTraining live = live()) {
        EpochLoop.Outcome outcome =
            new EpochLoop(trainer, how, new EpochLoop.Witnesses(witnesses.onEpoch(), live, keeper))
                .run(train, new Validation(validation, evaluators));
        live.ended(outcome.stop().toString());
        return outcome;
      }
    } finally {
      kept.close();
    }
  }

  private LiveTraining live() {
    return witnesses.quiet()
        ? LiveTraining.nowhere()
        : LiveTraining.begin(EpochLoop.outline(how.epochs(), evaluators));
  }
}
