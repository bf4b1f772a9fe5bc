// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.evaluator.Evaluator;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.optimizer.AdamW;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.optimizer.Sgd;
import ai.djl.training.tracker.Tracker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.decisionlab.core.feature.FeatureMap;
import org.decisionlab.models.bundle.FeatureStatistics;
import org.decisionlab.training.dataset.LabelledRows;
import org.decisionlab.training.dataset.TimeOrder;
import org.decisionlab.training.environment.TrainingEnvironment;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.Table;

/**
 * Trains a small net to estimate the probability that a file is opened again.
 *
 * <p>Binary cross-entropy with Adam; the balance of the labels is left as it is, so that the
 * probabilities can be taken at their word. Training stops when the validation loss no longer
 * falls, and the parameters of the best epoch are kept. A loss that is not finite ends it with an
 * error. When the thread is interrupted, training ends after the current batch, keeps the best
 * epoch and leaves the thread's interrupt status set. In a notebook charts of loss and metrics are
 * shown under the cell.
 *
 * <p>The same tables, settings, seed, JDK and number of threads give identical weights, provided
 * that nothing else uses DJL in this JVM at the same time: its random numbers are the engine's.
 * That holds too for a training that was left and resumed.
 */
public final class TrainingRun {

  private final Table train;
  private final Table validation;
  private final HiddenLayers layers = new HiddenLayers();
  private final List<TrainingListener> listeners = new ArrayList<>();
  private final List<Evaluator> evaluators = new ArrayList<>();
  private final OptimizerChoice optimizer = new OptimizerChoice();
  private @Nullable FeatureMap features;
  private String label = "label";
  private @Nullable String weights;
  private @Nullable Block block;
  private @Nullable Preprocessing preprocessing;
  private int epochs = 30;
  private int batchSize = 512;
  private int patience = 5;
  private int seed = 1;
  private String device = "auto";
  private Target target = Target.LOWEST_LOSS;
  private @Nullable Checkpoints<Checkpoint> checkpoints;
  private boolean resume;
  private boolean quiet;
  private Consumer<EpochResult> onEpoch = result -> {};

  private TrainingRun(Table train, Table validation) {
    this.train = train;
    this.validation = validation;
  }

  /**
   * A run over two tables, the validation window later than the training window. Where both tell
   * when their rows were opened, in a column {@code opened_at}, that is checked.
   *
   * @param train rows to learn from
   * @param validation rows on which the best epoch is chosen
   */
  public static TrainingRun of(Table train, Table validation) {
    return new TrainingRun(train, validation);
  }

  /**
   * A run over one table that is divided by its column {@code opened_at}: the last rows are for
   * validation, and rows before them whose label was not known by then are left out.
   *
   * @param validationShare share of the rows for validation, such as 0.2
   * @param horizon within which the label looks ahead
   */
  public static TrainingRun of(Table table, double validationShare, Duration horizon) {
    TimeOrder.Parts parts = TimeOrder.split(table, TimeOrder.OPENED_AT, validationShare, horizon);
    return new TrainingRun(parts.train(), parts.validation());
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
   * Name of a column that says how much each row counts, in training and in the validation loss. A
   * weight that follows from the features, such as the size of the file, leaves the probabilities
   * true; one that follows from the label does not.
   */
  public TrainingRun weights(String column) {
    weights = column;
    return this;
  }

  /**
   * Sizes of the hidden layers, each followed by batch normalisation and the activation; 32 and 16
   * unless told otherwise. None gives logistic regression.
   */
  public TrainingRun hidden(int... sizes) {
    layers.sizes(sizes);
    return this;
  }

  /** What makes the activation after each hidden layer; rectifiers unless told otherwise. */
  public TrainingRun activation(Supplier<Block> maker) {
    layers.activation(maker);
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
    epochs = HiddenLayers.positive("epochs", count);
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
    optimizer.rate(rate);
    return this;
  }

  /** Adam's step size by the number of the step, such as {@code Tracker.cosine()}. */
  public TrainingRun learningRate(Tracker tracker) {
    optimizer.rate(tracker);
    return this;
  }

  /** Adam with other settings, its learning rate included. */
  public TrainingRun optimizer(Adam.Builder adam) {
    optimizer.take("Adam", () -> KeptOptimizers.of(adam));
    return this;
  }

  /** Adam with decoupled weight decay. */
  public TrainingRun optimizer(AdamW.Builder adamW) {
    optimizer.take("AdamW", () -> KeptOptimizers.of(adamW));
    return this;
  }

  /** Stochastic gradient descent. */
  public TrainingRun optimizer(Sgd.Builder sgd) {
    optimizer.take("Sgd", () -> KeptOptimizers.of(sgd));
    return this;
  }

  /** Any other optimiser of DJL; its state is not known, so there can be no checkpoints. */
  public TrainingRun optimizer(Optimizer any) {
    optimizer.take(any.getClass().getSimpleName(), () -> new KeptOptimizers.Kept(any, null));
    return this;
  }

  /** Epochs without a better one after which to stop; 5 unless told otherwise. */
  public TrainingRun patience(int count) {
    patience = HiddenLayers.positive("patience", count);
    return this;
  }

  /** Decides the first weights and the order of rows; 1 unless told otherwise. */
  public TrainingRun seed(int value) {
    seed = value;
    return this;
  }

  /**
   * DJL's evaluators, such as {@code new BinaryAccuracy()}: figures over the validation rows for
   * every epoch, in charts, history and card. They are given labels and logits of shape (rows, 1).
   */
  public TrainingRun evaluators(Evaluator... djlEvaluators) {
    evaluators.addAll(List.of(djlEvaluators));
    return this;
  }

  /**
   * The best epoch, which decides when to stop too, is the one with the highest figure.
   *
   * @param figure {@code AUC}, or the name of an evaluator
   */
  public TrainingRun keepHighest(String figure) {
    target = new Target(figure, true);
    return this;
  }

  /**
   * The best epoch, which decides when to stop too, is the one with the lowest figure.
   *
   * @param figure {@code loss}, which it is unless told otherwise, or the name of an evaluator
   */
  public TrainingRun keepLowest(String figure) {
    target = new Target(figure, false);
    return this;
  }

  /**
   * Where to compute: {@code auto} takes the first GPU when DJL finds CUDA, else the processor;
   * {@code cpu}; {@code gpu}, or {@code gpu1} for another. {@code auto} unless told otherwise.
   */
  public TrainingRun device(String name) {
    device = name;
    return this;
  }

  /**
   * Writes a checkpoint into this folder after each epoch; the newest two are kept. A folder that
   * holds checkpoints already is refused, unless the training is resumed.
   */
  public TrainingRun checkpoints(Path folder) {
    checkpoints = new Checkpoints<>(folder, new CheckpointFile());
    return this;
  }

  /**
   * Goes on from the newest checkpoint of the folder, or begins where there is none. Tables,
   * features, net and settings must be those of the checkpoint, but epochs and patience.
   */
  public TrainingRun resume() {
    resume = true;
    return this;
  }

  /** Shows nothing under the cell. */
  public TrainingRun quiet() {
    quiet = true;
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
   * @throws IllegalArgumentException when a table lacks a column or a value, or has only one label,
   *     or the validation window is not later
   * @throws IllegalStateException when a checkpoint cannot be gone on with
   * @throws ai.djl.TrainingDivergedException when the loss is not finite
   * @throws java.util.concurrent.CancellationException when interrupted before one epoch is done
   */
  public TrainedModel fit() {
    FeatureMap map =
        Objects.requireNonNull(features, "call features(...) to say which columns the model sees");
    if (resume && checkpoints == null) {
      throw new IllegalStateException(
          "resume() goes on from a checkpoint; call checkpoints(folder) to say where they are");
    }
    target.requireAmong(
        evaluators.stream().map(Evaluator::getName).toList(), ": add an evaluator of that name");
    TimeOrder.requireOrder(train, validation);
    Windows windows = new Windows(label, weights, this::mayBeMissing);
    LabelledRows trainRows = windows.rows("training", train, map);
    LabelledRows validationRows = windows.rows("validation", validation, map);
    List<FeatureStatistics> statistics = ColumnStatistics.of(trainRows);
    Device where = TorchEngine.device(device);
    TrainingEnvironment environment =
        TrainingEnvironment.here(TorchEngine.versions(), TorchEngine.describe(where));
    TorchEngine.get().setRandomSeed(seed);
    Model model = Model.newInstance("reuse", where, TorchEngine.NAME);
    boolean done = false;
    try {
      Block logits =
          new SequentialBlock()
              .add(first(statistics, trainRows, map))
              .add(block == null ? layers.block() : block);
      model.setBlock(logits);
      EpochLoop.Outcome outcome = course().run(model, trainRows, validationRows, settings());
      model.setBlock(HiddenLayers.withSigmoid(model, logits, map.size()));
      done = true;
      return new TrainedModel(
          model,
          map,
          new TrainingRecord(
              label,
              statistics,
              trainRows.size(),
              Map.of(TrainingRecord.REUSED, trainRows.positives()),
              validationRows.size(),
              seed,
              settings(),
              environment,
              outcome.history(),
              outcome.stop()),
          this::mayBeMissing);
    } finally {
      if (!done) {
        model.close();
      }
    }
  }

  private Course course() {
    return new Course(
        optimizer,
        evaluators,
        listeners,
        new EpochLoop.Settings(epochs, batchSize, patience, seed, target),
        new Course.Witnesses(checkpoints, resume, quiet, onEpoch));
  }

  private Map<String, String> settings() {
    Map<String, String> all = new LinkedHashMap<>(optimizer.settings());
    all.put("batch_size", String.valueOf(batchSize));
    all.put("epochs", String.valueOf(epochs));
    all.put("patience", String.valueOf(patience));
    all.put("best_by", target.toString());
    if (preprocessing != null) {
      all.put("preprocessing", preprocessing.toString());
    }
    if (weights != null) {
      all.put("weights", weights);
    }
    return all;
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
}
