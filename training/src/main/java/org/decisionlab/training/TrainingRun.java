// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.tracker.Tracker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.decisionlab.core.feature.FeatureMap;
import org.decisionlab.models.bundle.FeatureStatistics;
import org.decisionlab.training.dataset.LabelledRows;
import org.decisionlab.training.environment.TrainingEnvironment;
import org.decisionlab.training.progress.LiveTraining;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.Table;

/**
 * Trains a small net to estimate the probability that a file is opened again.
 *
 * <p>Binary cross-entropy with Adam; the balance of the labels is left as it is, so that the
 * probabilities can be taken at their word. Training stops when the validation loss no longer
 * falls, and the parameters of the best epoch are kept. A loss that is not finite ends it with an
 * error. When the thread is interrupted, training ends after the current batch, keeps the best
 * epoch and leaves the thread's interrupt status set.
 *
 * <p>The same tables, settings, seed, JDK and number of threads give identical weights, provided
 * that nothing else uses DJL in this JVM at the same time: its random numbers are the engine's.
 */
public final class TrainingRun {

  private final Table train;
  private final Table validation;
  private @Nullable FeatureMap features;
  private String label = "label";
  private List<Integer> hidden = List.of(32, 16);
  private Supplier<Block> activation = Activation::reluBlock;
  private @Nullable Block block;
  private @Nullable Preprocessing preprocessing;
  private int epochs = 30;
  private int batchSize = 512;
  private float learningRate = 2e-3f;
  private int patience = 5;
  private int seed = 1;
  private Consumer<EpochResult> onEpoch = result -> {};
  private final List<TrainingListener> listeners = new ArrayList<>();

  private TrainingRun(Table train, Table validation) {
    this.train = train;
    this.validation = validation;
  }

  /**
   * A run over two tables, the validation window later than the training window.
   *
   * @param train rows to learn from
   * @param validation rows on which the best epoch is chosen
   */
  public static TrainingRun of(Table train, Table validation) {
    return new TrainingRun(train, validation);
  }

  /** The features, named as the table's columns, in the order the model will see them. Required. */
  public TrainingRun features(FeatureMap map) {
    features = map;
    return this;
  }

  /** Name of the label column, boolean or 0 and 1; "label" unless told otherwise. */
  public TrainingRun label(String column) {
    label = column;
    return this;
  }

  /**
   * Sizes of the hidden layers, each followed by batch normalisation and the activation; 32 and 16
   * unless told otherwise. None gives logistic regression.
   */
  public TrainingRun hidden(int... sizes) {
    List<Integer> chosen = new ArrayList<>();
    for (int size : sizes) {
      chosen.add(positive("hidden layer size", size));
    }
    hidden = List.copyOf(chosen);
    return this;
  }

  /** What makes the activation after each hidden layer; rectifiers unless told otherwise. */
  public TrainingRun activation(Supplier<Block> maker) {
    activation = maker;
    return this;
  }

  /**
   * What is done to the raw features before the net sees them, instead of standardising each. It is
   * fitted to the training rows and exported with the model.
   */
  public TrainingRun preprocessing(Preprocessing steps) {
    preprocessing = steps;
    return this;
  }

  /**
   * A net of one's own instead of hidden layers. It receives standardised or otherwise preprocessed
   * features of shape (rows, columns) and gives one logit per row, shape (rows, 1); standardisation
   * before it and the sigmoid behind it are added. It is trained in place: give a new one to each
   * run.
   */
  public TrainingRun block(Block ownBlock) {
    block = ownBlock;
    return this;
  }

  /** Largest number of epochs; 30 unless told otherwise. */
  public TrainingRun epochs(int count) {
    epochs = positive("epochs", count);
    return this;
  }

  /** Rows per step; 512 unless told otherwise. Below 64 the steps cost more than they teach. */
  public TrainingRun batchSize(int rows) {
    if (rows < 2) {
      throw new IllegalArgumentException("batch size must be 2 or more: " + rows);
    }
    batchSize = rows;
    return this;
  }

  /** Adam's step size; 0.002 unless told otherwise. */
  public TrainingRun learningRate(float rate) {
    if (!(rate > 0 && rate < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("learning rate must be positive: " + rate);
    }
    learningRate = rate;
    return this;
  }

  /** Epochs without a lower validation loss after which to stop; 5 unless told otherwise. */
  public TrainingRun patience(int count) {
    patience = positive("patience", count);
    return this;
  }

  /** Decides the first weights and the order of rows; 1 unless told otherwise. */
  public TrainingRun seed(int value) {
    seed = value;
    return this;
  }

  /** Called after each epoch, on the training thread. */
  public TrainingRun onEpoch(Consumer<EpochResult> listener) {
    onEpoch = listener;
    return this;
  }

  /** DJL listeners to tell of every batch and epoch. */
  public TrainingRun listeners(TrainingListener... djlListeners) {
    listeners.addAll(List.of(djlListeners));
    return this;
  }

  /**
   * Trains.
   *
   * @return the model of the best epoch, to be closed by the caller
   * @throws IllegalArgumentException when a table lacks a column or a value, or has only one label
   * @throws ai.djl.TrainingDivergedException when the loss is not finite
   * @throws java.util.concurrent.CancellationException when interrupted before one epoch is done
   */
  public TrainedModel fit() {
    FeatureMap map =
        Objects.requireNonNull(features, "call features(...) to say which columns the model sees");
    LabelledRows trainRows = rows("training", train, map);
    LabelledRows validationRows = rows("validation", validation, map);
    List<FeatureStatistics> statistics = ColumnStatistics.of(trainRows);
    TorchEngine.get().setRandomSeed(seed);
    Model model = Model.newInstance("reuse", Device.cpu(), TorchEngine.NAME);
    boolean done = false;
    try {
      Block logits =
          new SequentialBlock()
              .add(first(statistics, trainRows, map))
              .add(block == null ? layers() : block);
      model.setBlock(logits);
      EpochLoop.Outcome outcome = loop(model, trainRows, validationRows);
      model.setBlock(withSigmoid(model, logits, map.size()));
      done = true;
      return new TrainedModel(
          model,
          map,
          new TrainingRecord(
              label,
              statistics,
              trainRows.size(),
              trainRows.positives(),
              validationRows.size(),
              seed,
              Map.of(
                  "epochs", String.valueOf(epochs),
                  "batch_size", String.valueOf(batchSize),
                  "learning_rate", String.valueOf(learningRate)),
              TrainingEnvironment.here(TorchEngine.versions(), "cpu"),
              outcome.history(),
              outcome.stop()),
          this::mayBeMissing);
    } finally {
      if (!done) {
        model.close();
      }
    }
  }

  private EpochLoop.Outcome loop(Model model, LabelledRows trainRows, LabelledRows validationRows) {
    DefaultTrainingConfig config =
        new DefaultTrainingConfig(Loss.sigmoidBinaryCrossEntropyLoss())
            .optOptimizer(
                Adam.builder().optLearningRateTracker(Tracker.fixed(learningRate)).build())
            .optDevices(new Device[] {Device.cpu()})
            .addTrainingListeners(listeners.toArray(TrainingListener[]::new));
    try (Trainer trainer = model.newTrainer(config)) {
      trainer.initialize(new Shape(1, trainRows.columns().size()));
      EpochLoop.Settings settings = new EpochLoop.Settings(epochs, batchSize, patience, seed);
      try (LiveTraining live = LiveTraining.begin(EpochLoop.outline(epochs))) {
        EpochLoop.Outcome outcome =
            new EpochLoop(trainer, settings, onEpoch, live).run(trainRows, validationRows);
        live.ended(outcome.stop().toString());
        return outcome;
      }
    }
  }

  private Block first(List<FeatureStatistics> statistics, LabelledRows trainRows, FeatureMap map) {
    if (preprocessing == null) {
      return new Standardise(statistics);
    }
    if (!preprocessing.names().equals(map.names())) {
      throw new IllegalArgumentException(
          "the preprocessing is of features %s, the model's are %s"
              .formatted(preprocessing.names(), map.names()));
    }
    return preprocessing.fit(trainRows.features());
  }

  private boolean mayBeMissing(String feature) {
    return preprocessing != null && preprocessing.mayBeMissing(feature);
  }

  private Block layers() {
    SequentialBlock net = new SequentialBlock();
    for (int size : hidden) {
      net.add(Linear.builder().setUnits(size).build());
      net.add(BatchNorm.builder().build());
      net.add(activation.get());
    }
    return net.add(Linear.builder().setUnits(1).build());
  }

  private static Block withSigmoid(Model model, Block logits, int width) {
    SequentialBlock whole = new SequentialBlock().add(logits).add(Activation.sigmoidBlock());
    whole.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, width));
    return whole;
  }

  private LabelledRows rows(String window, Table table, FeatureMap map) {
    LabelledRows rows = LabelledRows.of(table, map.names(), label, this::mayBeMissing);
    int positives = rows.positives();
    if (positives == 0 || positives == rows.size()) {
      throw new IllegalArgumentException(
          "of the %d %s rows %d are yes in '%s'; both outcomes are needed: take a longer window or another horizon"
              .formatted(rows.size(), window, positives, label));
    }
    return rows;
  }

  private static int positive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + " must be 1 or more: " + value);
    }
    return value;
  }
}
