// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.decisionlab.core.feature.FeatureMap;
import org.decisionlab.training.Checkpoints;
import org.decisionlab.training.ColumnStatistics;
import org.decisionlab.training.EpochResult;
import org.decisionlab.training.Preprocessing;
import org.decisionlab.training.Target;
import org.decisionlab.training.TrainingRecord;
import org.decisionlab.training.dataset.TimeOrder;
import org.decisionlab.training.environment.TrainingEnvironment;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.Table;

/**
 * Trains boosted trees to estimate the probability that a file is opened again, or of each of
 * several classes.
 *
 * <p>Trees take features as they are, missing ones included, so nothing is standardised. The
 * balance of the labels is left as it is. Boosting stops when the validation loss no longer falls,
 * or another figure no longer improves, and the trees up to the best round are kept. When the
 * thread is interrupted, boosting ends after the current round, keeps the best one and leaves the
 * thread's interrupt status set.
 *
 * <p>The same tables, settings, seed and number of threads give the same trees, but for what {@link
 * #resume} says.
 */
public final class TreeTrainingRun {

  private final TreeLibrary library;
  private final Table train;
  private final Table validation;
  private @Nullable FeatureMap features;
  private String label = "label";
  private @Nullable String weights;
  private List<String> categories = List.of();
  private Outcomes outcomes = Outcomes.YES_OR_NO;
  private @Nullable Preprocessing preprocessing;
  private int rounds = 100;
  private int patience = 10;
  private Target target = Target.LOWEST_LOSS;
  private boolean quiet;
  private @Nullable Checkpoints<BoostingCheckpoint> checkpoints;
  private boolean resume;
  private int seed = 1;
  private int threads = Threads.fitting();
  private final Parameters parameters;
  private Consumer<EpochResult> onRound = result -> {};

  private TreeTrainingRun(TreeLibrary library, Table train, Table validation) {
    this.library = library;
    this.parameters = new Parameters(library);
    this.train = train;
    this.validation = validation;
  }

  /**
   * A run with XGBoost over two tables, the validation window later than the training window. Where
   * both tell when their rows were opened, in a column {@code opened_at}, that is checked.
   *
   * @param train rows to learn from
   * @param validation rows on which the best round is chosen
   */
  public static TreeTrainingRun xgboost(Table train, Table validation) {
    return new TreeTrainingRun(TreeLibrary.XGBOOST, train, validation);
  }

  /**
   * A run with LightGBM over two tables, the validation window later than the training window.
   *
   * @param train rows to learn from
   * @param validation rows on which the best round is chosen
   */
  public static TreeTrainingRun lightgbm(Table train, Table validation) {
    return new TreeTrainingRun(TreeLibrary.LIGHTGBM, train, validation);
  }

  /** The features, named as the table's columns, in the order the model will see them. Required. */
  public TreeTrainingRun features(FeatureMap map) {
    features = map;
    return this;
  }

  /**
   * Name of the label column, boolean or 0 and 1, or of {@link #classes}; "label" unless told
   * otherwise.
   */
  public TreeTrainingRun label(String column) {
    label = column;
    return this;
  }

  /**
   * The classes that the trees tell apart, instead of yes and no. The label column has their names,
   * or whole numbers that count them from 0. The model gives the probability of each, in this
   * order.
   *
   * @throws IllegalArgumentException for fewer than two classes, or one that is there twice
   */
  public TreeTrainingRun classes(String... names) {
    outcomes = Outcomes.of(List.of(names));
    return this;
  }

  /** Name of the column with the weights of the rows; without it all rows are alike. */
  public TreeTrainingRun weights(String column) {
    weights = column;
    return this;
  }

  /**
   * Features that hold categories, whole numbers from 0 on. Trees then ask whether a category is
   * one of a set.
   */
  public TreeTrainingRun categories(String... names) {
    categories = List.of(names);
    return this;
  }

  /**
   * What is done to the raw features before the trees see them. It is exported with the model. A
   * feature that stays one column and has no value for when it is missing stays missing.
   */
  public TreeTrainingRun preprocessing(Preprocessing steps) {
    preprocessing = steps;
    return this;
  }

  /** Largest number of rounds, each a tree; 100 unless told otherwise. */
  public TreeTrainingRun rounds(int count) {
    rounds = positive("rounds", count);
    return this;
  }

  /** Most questions between the root and a leaf: {@code max_depth}. */
  public TreeTrainingRun maxDepth(int depth) {
    return parameter("max_depth", positive("max depth", depth));
  }

  /** Most leaves of a tree: {@code max_leaves} of XGBoost, {@code num_leaves} of LightGBM. */
  public TreeTrainingRun maxLeaves(int leaves) {
    return parameter(
        library == TreeLibrary.XGBOOST ? "max_leaves" : "num_leaves",
        positive("max leaves", leaves));
  }

  /** How much of each tree counts, above 0 up to 1: {@code learning_rate}, also called eta. */
  public TreeTrainingRun learningRate(double rate) {
    return parameter("learning_rate", share("learning rate", rate));
  }

  /** Share of the rows that each tree sees, above 0 up to 1: {@code subsample}. */
  public TreeTrainingRun subsample(double share) {
    if (library == TreeLibrary.LIGHTGBM) {
      parameters.setIfAbsent(Parameters.BAGGING_FREQUENCY, 1);
    }
    return parameter("subsample", share("subsample", share));
  }

  /**
   * A parameter of the library by its own name, such as {@code min_child_weight} or {@code
   * lambda_l2}. One that has several names, such as {@code eta} and {@code learning_rate}, is one:
   * what is told last counts.
   *
   * @throws IllegalArgumentException when the library does not know it, or the run itself decides
   *     it
   */
  public TreeTrainingRun parameter(String name, Object value) {
    parameters.set(name, value);
    return this;
  }

  /** Rounds without a better one after which to stop; 10 unless told otherwise. */
  public TreeTrainingRun patience(int count) {
    patience = positive("patience", count);
    return this;
  }

  /**
   * The best round, which decides when to stop too, is the one with the highest figure.
   *
   * @param figure {@code AUC}, or {@code accuracy} where there are classes
   */
  public TreeTrainingRun keepHighest(String figure) {
    target = new Target(figure, true);
    return this;
  }

  /**
   * The best round, which decides when to stop too, is the one with the lowest figure.
   *
   * @param figure {@code loss}, which it is unless told otherwise
   */
  public TreeTrainingRun keepLowest(String figure) {
    target = new Target(figure, false);
    return this;
  }

  /**
   * Writes a checkpoint into this folder after every tenth round and when the training ends; the
   * newest two are kept. A folder that holds checkpoints already is refused, unless the training is
   * resumed. XGBoost only: what LightGBM has drawn cannot be gone on with.
   *
   * @throws IllegalStateException for LightGBM
   */
  public TreeTrainingRun checkpoints(Path folder) {
    if (!library.canGoOn()) {
      throw new IllegalStateException(
          "a training with %s cannot be gone on with: take xgboost(...), or no checkpoints"
              .formatted(library.title()));
    }
    checkpoints = new Checkpoints<>(folder, new BoostingCheckpoint.Form());
    return this;
  }

  /**
   * Goes on from the newest checkpoint of the folder, or begins where there is none. Tables,
   * features and settings must be those of the checkpoint, but rounds and patience. The trees are
   * those of a training that was not left, unless rows or columns are drawn: XGBoost does not tell
   * where its draws stand, so others are drawn from there on, and the card says after how many
   * rounds.
   */
  public TreeTrainingRun resume() {
    resume = true;
    return this;
  }

  /** Shows nothing under the cell. */
  public TreeTrainingRun quiet() {
    quiet = true;
    return this;
  }

  /** Decides what is drawn, such as rows of a subsample; 1 unless told otherwise. */
  public TreeTrainingRun seed(int value) {
    seed = value;
    return this;
  }

  /** Threads of the library; as many as the environment grants unless told otherwise. */
  public TreeTrainingRun threads(int count) {
    threads = positive("threads", count);
    return this;
  }

  /** Called after each round, on the training thread. */
  public TreeTrainingRun onRound(Consumer<EpochResult> listener) {
    onRound = listener;
    return this;
  }

  /**
   * Trains.
   *
   * @return the model of the best round, to be closed by the caller
   * @throws IllegalArgumentException when a table lacks a column or a value, or has only one label
   * @throws IllegalStateException when the library refuses a setting or fails, or a checkpoint
   *     cannot be gone on with
   * @throws java.util.concurrent.CancellationException when interrupted before one round is done
   */
  public TrainedTrees fit() {
    FeatureMap map =
        Objects.requireNonNull(features, "call features(...) to say which columns the model sees");
    requireKnown(map);
    TimeOrder.requireOrder(train, validation);
    target.requireAmong(outcomes.named() ? List.of(Boosting.ACCURACY) : List.of(), "");
    if (library == TreeLibrary.XGBOOST) {
      parameters.setIfAbsent(Parameters.LEARNING_RATE, "0.1");
    }
    TreeRows learned = rows("training", train, map);
    TreeRows held = rows("validation", validation, map);
    Columns columns =
        preprocessing == null
            ? Columns.asTheyAre(map.names())
            : Columns.after(preprocessing, learned.features());
    BoostingSettings settings =
        new BoostingSettings(outcomes, rounds, patience, target, seed, threads, parameters.all());
    BoostingRows learnedColumns = learned.seenAs(columns, categories);
    BoostingRows heldColumns = held.seenAs(columns, categories);
    BoostingKeeper keeper =
        new BoostingKeeper(
            checkpoints, resume, identity(learnedColumns, heldColumns, told(settings)));
    BoostingLoop.Outcome outcome =
        new BoostingLoop(library, settings, onRound, quiet)
            .run(learnedColumns, heldColumns, keeper);
    TrainingRecord record =
        new TrainingRecord(
            label,
            ColumnStatistics.of(map.names(), learned.features()),
            learned.size(),
            outcomes.counts(learned.labels()),
            held.size(),
            seed,
            told(settings, keeper.left()),
            TrainingEnvironment.here(Map.of(library.title(), library.version()), "cpu"),
            outcome.history(),
            outcome.stop());
    return new TrainedTrees(library, map, record, columns, outcome.trees());
  }

  /** What the card tells of a training that was gone on with. */
  private Map<String, String> told(BoostingSettings settings, @Nullable BoostingCheckpoint left) {
    Map<String, String> told = told(settings);
    boolean draws =
        told.keySet().stream()
            .anyMatch(name -> name.equals("subsample") || name.startsWith("colsample_"));
    if (left != null && draws) {
      told.put("resumed_after", String.valueOf(left.history().size()));
    }
    return told;
  }

  private void requireKnown(FeatureMap map) {
    if (preprocessing != null && !preprocessing.names().equals(map.names())) {
      throw new IllegalArgumentException(
          "the preprocessing is of features %s, the model's are %s"
              .formatted(preprocessing.names(), map.names()));
    }
    for (String name : categories) {
      if (!map.names().contains(name)) {
        throw new IllegalArgumentException(
            "no feature %s with categories among %s".formatted(name, map.names()));
      }
    }
    if (preprocessing != null && !categories.isEmpty()) {
      throw new IllegalArgumentException(
          "categories and preprocessing do not go together; use oneHot(...) of the preprocessing");
    }
  }

  /** What must be equal for a checkpoint to be gone on with. */
  private Map<String, String> identity(
      BoostingRows learned, BoostingRows held, Map<String, String> told) {
    Map<String, String> facts = new LinkedHashMap<>(told);
    // How long to boost may change.
    facts.remove("rounds");
    facts.remove("patience");
    facts.put("library", library.toString());
    facts.put("columns", String.join(", ", learned.columns()));
    facts.put("categories", String.join(", ", categories));
    facts.put("outcomes", String.join(", ", outcomes.classes()));
    facts.put("seed", String.valueOf(seed));
    facts.put("training rows", learned.described());
    facts.put("validation rows", held.described());
    return facts;
  }

  private Map<String, String> told(BoostingSettings settings) {
    Map<String, String> told = new LinkedHashMap<>(settings.parameters());
    told.put("rounds", String.valueOf(settings.rounds()));
    told.put("patience", String.valueOf(settings.patience()));
    told.put("best_by", settings.target().toString());
    if (preprocessing != null) {
      told.put("preprocessing", preprocessing.toString());
    }
    if (weights != null) {
      told.put("weights", weights);
    }
    told.put("threads", String.valueOf(settings.threads()));
    return told;
  }

  private TreeRows rows(String window, Table table, FeatureMap map) {
    TreeRows rows =
        TreeRows.of(
            table, new TreeRows.Roles(map.names(), this::mayBeMissing, label, weights), outcomes);
    outcomes.requireAll(window, label, rows.labels());
    return rows;
  }

  private boolean mayBeMissing(String feature) {
    return preprocessing == null
        || preprocessing.mayBeMissing(feature)
        || preprocessing.outputs().contains(feature);
  }

  private static double share(String what, double value) {
    if (!(value > 0 && value <= 1)) {
      throw new IllegalArgumentException(what + " must be above 0 and at most 1: " + value);
    }
    return value;
  }

  private static int positive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + " must be 1 or more: " + value);
    }
    return value;
  }
}
