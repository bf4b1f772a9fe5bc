// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.decisionlab.models.bundle.ModelBundle;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.training.EpochResult;
import org.decisionlab.training.Preprocessing;
import org.decisionlab.training.StopReason;
import org.decisionlab.training.Worlds;
import org.decisionlab.training.dataset.TableRows;
import org.decisionlab.training.evaluation.Judgement;
import org.decisionlab.training.evaluation.Metrics;
import org.decisionlab.training.evaluation.Threshold;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.Table;

class TreeTrainingRunTest {

  private final Table train = Worlds.learnable(4000, 1);
  private final Table validation = Worlds.learnable(2000, 2);
  private final Table test = Worlds.learnable(2000, 3);

  @AfterEach
  void clearInterrupt() {
    Thread.interrupted();
  }

  private TreeTrainingRun run(TreeLibrary library) {
    return of(library, train, validation).rounds(60).learningRate(0.1).seed(7);
  }

  private static TreeTrainingRun of(TreeLibrary library, Table train, Table validation) {
    TreeTrainingRun run =
        library == TreeLibrary.XGBOOST
            ? TreeTrainingRun.xgboost(train, validation).maxDepth(3)
            : TreeTrainingRun.lightgbm(train, validation).maxLeaves(8);
    return run.features(Worlds.FEATURES).threads(1);
  }

  @ParameterizedTest
  @EnumSource(TreeLibrary.class)
  void learnsAProbabilityCloseToTheTruth(TreeLibrary library) {
    try (TrainedTrees model = run(library).fit()) {
      double[] truth = new double[test.rowCount()];
      double[] given = new double[truth.length];
      float[] answers = model.predict(test);
      double error = 0;
      for (int i = 0; i < truth.length; i++) {
        truth[i] =
            Worlds.truth(
                test.floatColumn("size").get(i),
                test.floatColumn("file_accesses").get(i),
                test.floatColumn("file_idle").get(i));
        given[i] = answers[i];
        error += Math.abs(truth[i] - given[i]) / truth.length;
      }
      boolean[] labels = TableRows.labels(test, "label");
      assertThat(error).as("mean distance to the true probability").isLessThan(0.08);
      assertThat(Metrics.auc(labels, given)).isCloseTo(Metrics.auc(labels, truth), within(0.03));
      assertThat(model.toString()).contains(library.title(), "validation AUC");
      assertThat(model.training().environment().libraries())
          .containsKey(library.title())
          .containsKey("java");
    }
  }

  @ParameterizedTest
  @EnumSource(TreeLibrary.class)
  void theSameSeedMakesTheSameBundle(TreeLibrary library) throws Exception {
    byte[] first = bundle(run(library).rounds(15).subsample(0.7)).toArchive();
    assertThat(bundle(run(library).rounds(15).subsample(0.7)).toArchive()).isEqualTo(first);
    assertThat(bundle(run(library).rounds(15).subsample(0.7).seed(8)).toArchive())
        .isNotEqualTo(first);
  }

  private ModelBundle bundle(TreeTrainingRun run) {
    try (TrainedTrees model = run.fit()) {
      Table sized = validation.copy();
      double[] sizes = new double[sized.rowCount()];
      Arrays.fill(sizes, 1e9);
      sized.addColumns(DoubleColumn.create("size_bytes", sizes));
      float[] scores = model.predict(sized);
      Instant from = Instant.parse("2026-01-01T00:00:00Z");
      return model
          .export()
          .name("trees")
          .data(from, from.plusSeconds(60), "a test")
          .horizon(Duration.ofDays(7))
          .threshold(Threshold.keeping(sized, "label", scores, 0.95))
          .judgement(Judgement.of(test, "label", model.predict(test)))
          .createdAt(from)
          .codeVersion("test")
          .toBundle();
    }
  }

  @Test
  void theBundleAnswersAsTheLibraryDoesAndTakesWhatIsMissing() {
    Table gaps = withGaps(train, 4);
    Table heldGaps = withGaps(validation, 5);
    for (TreeLibrary library : TreeLibrary.values()) {
      try (TrainedTrees model = of(library, gaps, heldGaps).rounds(30).fit()) {
        Evaluator evaluator = Evaluator.of(model.graph());
        assertThat(evaluator.mayBeMissing(1)).isTrue();
        compare(model, evaluator, withGaps(test, 6));
      }
    }
  }

  private static void compare(TrainedTrees model, Evaluator evaluator, Table table) {
    float[] expected = model.predict(table);
    float[] rows = TableRows.features(table, Worlds.FEATURES.names(), name -> true);
    int width = Worlds.FEATURES.size();
    for (int i = 0; i < expected.length; i++) {
      float[] row = Arrays.copyOfRange(rows, i * width, (i + 1) * width);
      assertThat(evaluator.evaluate(row)[0]).as("row %d", i).isCloseTo(expected[i], within(1e-5f));
    }
  }

  private static Table withGaps(Table whole, long seed) {
    Table table = whole.copy();
    Random random = new Random(seed);
    FloatColumn column = table.floatColumn("file_accesses");
    for (int i = 0; i < column.size(); i++) {
      if (random.nextInt(4) == 0) {
        column.setMissing(i);
      }
    }
    return table;
  }

  /** What is preprocessed and what passes through, in one graph, with features missing. */
  @Test
  void preprocessingIsPartOfTheGraphAndWhatIsMissingPassesThrough() {
    Preprocessing steps =
        Preprocessing.of(Worlds.FEATURES.names())
            .buckets("size", 15, 20, 25)
            .missing("file_idle", 4)
            .log("file_idle");
    try (TrainedTrees model =
        of(TreeLibrary.XGBOOST, withGaps(train, 4), withGaps(validation, 5))
            .preprocessing(steps)
            .rounds(20)
            .fit()) {
      Evaluator evaluator = Evaluator.of(model.graph());
      int size = Worlds.FEATURES.names().indexOf("size");
      int accesses = Worlds.FEATURES.names().indexOf("file_accesses");
      int idle = Worlds.FEATURES.names().indexOf("file_idle");
      assertThat(evaluator.mayBeMissing(size)).isFalse();
      assertThat(evaluator.mayBeMissing(accesses)).isTrue();
      assertThat(evaluator.mayBeMissing(idle)).isTrue();
      compare(model, evaluator, withGaps(test, 6));
    }
  }

  @Test
  void categoriesAreSplitAsSets() {
    for (TreeLibrary library : TreeLibrary.values()) {
      Table coded = coded(train);
      try (TrainedTrees model =
          of(library, coded, coded(validation))
              .categories("file_accesses")
              .parameter("max_cat_to_onehot", 2)
              .rounds(20)
              .fit()) {
        assertThat(model.trees().categories()).as(library.title()).isNotEmpty();
        compare(model, Evaluator.of(model.graph()), coded(test));
      }
    }
    assertThatThrownBy(() -> run(TreeLibrary.XGBOOST).categories("size").fit())
        .hasMessageContaining("is no category, a whole number from 0 to 65535");
  }

  private static Table coded(Table whole) {
    Table table = whole.copy();
    FloatColumn column = table.floatColumn("file_accesses");
    for (int i = 0; i < column.size(); i++) {
      column.set(i, (int) (column.get(i) * 9) % 12);
    }
    return table;
  }

  @Test
  void importanceIsTheShareOfWhatSplitsGained() {
    for (TreeLibrary library : TreeLibrary.values()) {
      try (TrainedTrees model = run(library).rounds(10).fit()) {
        Table importance = model.importance();
        assertThat(importance.stringColumn("feature").asList())
            .containsExactlyInAnyOrderElementsOf(Worlds.FEATURES.names());
        double[] shares = importance.doubleColumn("share of gain").asDoubleArray();
        assertThat(Arrays.stream(shares).sum()).isCloseTo(1, within(1e-9));
        assertThat(shares).isSortedAccordingTo(Comparator.reverseOrder());
      }
    }
  }

  @Test
  void stopsWhenPatienceIsOverAndKeepsTheBestRound() {
    List<EpochResult> told = new ArrayList<>();
    for (TreeLibrary library : TreeLibrary.values()) {
      told.clear();
      try (TrainedTrees model =
          of(library, Worlds.learnable(150, 9), validation)
              .rounds(300)
              .learningRate(0.5)
              .parameter(library == TreeLibrary.XGBOOST ? "lambda" : "min_data_in_leaf", 1)
              .patience(4)
              .onRound(told::add)
              .fit()) {
        assertThat(model.training().stop()).isEqualTo(StopReason.NO_IMPROVEMENT);
        assertThat(model.history()).isEqualTo(told).hasSize(model.best().epoch() + 4);
        assertThat(model.trees().trees().trees()).hasSize(model.best().epoch());
        compare(model, Evaluator.of(model.graph()), test);
      }
    }
  }

  @Test
  void interruptedItKeepsTheBestRound() {
    for (TreeLibrary library : TreeLibrary.values()) {
      try (TrainedTrees model =
          run(library)
              .onRound(
                  result -> {
                    if (result.epoch() == 5) {
                      Thread.currentThread().interrupt();
                    }
                  })
              .fit()) {
        assertThat(Thread.interrupted()).isTrue();
        assertThat(model.training().stop()).isEqualTo(StopReason.INTERRUPTED);
        assertThat(model.history()).hasSize(5);
        assertThat(model.predict(test)).hasSize(test.rowCount());
      }
      Thread.currentThread().interrupt();
      assertThatThrownBy(run(library)::fit).isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void weightsCount() {
    for (TreeLibrary library : TreeLibrary.values()) {
      Table weighted = train.copy();
      double[] weights = new double[weighted.rowCount()];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = weighted.booleanColumn("label").get(i) ? 5 : 1;
      }
      weighted.addColumns(DoubleColumn.create("weight", weights));
      Table held = validation.copy();
      double[] ones = new double[held.rowCount()];
      Arrays.fill(ones, 1);
      held.addColumns(DoubleColumn.create("weight", ones));
      try (TrainedTrees plain = run(library).rounds(10).fit();
          TrainedTrees heavy =
              of(library, weighted, held).weights("weight").rounds(10).patience(50).fit()) {
        assertThat(mean(heavy.predict(test)))
            .as(library.title())
            .isGreaterThan(mean(plain.predict(test)));
      }
    }
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  @Test
  void settingsThatCannotBeAreRefusedWithTheReason() {
    TreeTrainingRun run = run(TreeLibrary.XGBOOST);
    assertThatThrownBy(() -> run.parameter("objective", "reg:squarederror"))
        .hasMessageContaining("objective is decided by the run");
    assertThatThrownBy(() -> run.learningRate(0)).hasMessageContaining("learning rate");
    assertThatThrownBy(() -> run.rounds(0)).hasMessageContaining("rounds must be 1 or more: 0");
    assertThatThrownBy(() -> run(TreeLibrary.XGBOOST).categories("colour").fit())
        .hasMessageContaining("no feature colour with categories");
    assertThatThrownBy(() -> run(TreeLibrary.XGBOOST).parameter("max_depth", "deep").fit())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("XGBoost: ");
    assertThatThrownBy(() -> run(TreeLibrary.XGBOOST).weights("weight").fit())
        .hasMessageContaining("has no column 'weight'");
  }

  /** Spark brings another Scala; XGBoost's Java part must do without its own. */
  @Test
  void noScalaIsNeeded() {
    for (String type : List.of("scala.Option", "scala.collection.Seq")) {
      assertThatThrownBy(() -> Class.forName(type)).isInstanceOf(ClassNotFoundException.class);
    }
  }
}
