// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.training.EpochResult;
import org.decisionlab.training.Worlds;
import org.decisionlab.training.dataset.TableRows;
import org.decisionlab.training.evaluation.Metrics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tech.tablesaw.api.InstantColumn;
import tech.tablesaw.api.Table;

/** What a training of trees may be told, and what becomes of it. */
class TreeSettingsTest {

  private final Table train = Worlds.learnable(3000, 61);
  private final Table validation = Worlds.learnable(1500, 62);
  private final Table test = Worlds.learnable(1000, 63);

  private TreeTrainingRun run(TreeLibrary library) {
    TreeTrainingRun run =
        library == TreeLibrary.XGBOOST
            ? TreeTrainingRun.xgboost(train, validation).maxDepth(3)
            : TreeTrainingRun.lightgbm(train, validation).maxLeaves(8);
    return run.features(Worlds.FEATURES).threads(1).seed(7).quiet();
  }

  /** A forest in each round: the best round is that of the figures, with all of its trees. */
  @Test
  void severalTreesInARoundAreOneRound() {
    Table few = Worlds.learnable(300, 9);
    try (TrainedTrees model =
        TreeTrainingRun.xgboost(few, validation)
            .features(Worlds.FEATURES)
            .threads(1)
            .maxDepth(4)
            .parameter("num_parallel_tree", 4)
            .parameter("colsample_bynode", 0.6)
            .subsample(0.6)
            .learningRate(0.5)
            .rounds(60)
            .patience(6)
            .fit()) {
      assertThat(model.history()).hasSize(model.best().epoch() + 6);
      assertThat(model.trees().trees().trees()).hasSize(4 * model.best().epoch());
      float[] answers = model.predict(validation);
      double[] given = new double[answers.length];
      Evaluator evaluator = Evaluator.of(model.graph());
      float[] rows = TableRows.features(validation, Worlds.FEATURES.names());
      int width = Worlds.FEATURES.size();
      for (int i = 0; i < given.length; i++) {
        given[i] = answers[i];
        assertThat(evaluator.evaluate(Arrays.copyOfRange(rows, i * width, (i + 1) * width))[0])
            .isCloseTo(answers[i], within(1e-5f));
      }
      assertThat(Metrics.logLoss(TableRows.labels(validation, "label"), given))
          .isCloseTo(model.best().validationLoss(), within(1e-4));
    }
  }

  @ParameterizedTest
  @EnumSource(TreeLibrary.class)
  void aParameterCountsByAnyOfItsNames(TreeLibrary library) {
    try (TrainedTrees byMethod = run(library).rounds(8).learningRate(0.4).fit();
        TrainedTrees byOtherName = run(library).rounds(8).parameter("eta", 0.4).fit();
        TrainedTrees toldTwice =
            run(library).rounds(8).learningRate(0.01).parameter("eta", 0.4).fit();
        TrainedTrees slow = run(library).rounds(8).parameter("eta", 0.05).fit()) {
      float[] expected = byMethod.predict(test);
      assertThat(byOtherName.predict(test)).isEqualTo(expected);
      assertThat(toldTwice.predict(test)).isEqualTo(expected);
      assertThat(slow.predict(test)).isNotEqualTo(expected);
      assertThat(slow.training().settings())
          .containsEntry("learning_rate", "0.05")
          .doesNotContainKey("eta");
    }
  }

  @Test
  void whatWasToldIsNotOverruledByADefault() {
    TreeTrainingRun run =
        run(TreeLibrary.LIGHTGBM)
            .rounds(3)
            .parameter("subsample_freq", 5)
            .parameter("num_leaf", 4)
            .parameter("force_col_wise", true)
            .subsample(0.5);
    try (TrainedTrees model = run.fit()) {
      assertThat(model.training().settings())
          .containsAllEntriesOf(
              Map.of("bagging_freq", "5", "num_leaves", "4", "bagging_fraction", "0.5"));
      assertThat(model.trees().trees().trees())
          .allSatisfy(tree -> assertThat(tree.size()).isLessThanOrEqualTo(7));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "XGBOOST, max_dept, max_depth",
    "XGBOOST, learing_rate, learning_rate",
    "XGBOOST, Max_Depth, max_depth",
    "XGBOOST, min_child_wieght, min_child_weight",
    "LIGHTGBM, num_leafs, num_leaf",
    "LIGHTGBM, lambda_12, lambda_l2",
    "LIGHTGBM, min_data_in_leafs, min_data_in_leaf"
  })
  void aNameThatTheLibraryDoesNotKnowIsRefusedWithTheOneThatIsMeant(
      TreeLibrary library, String name, String meant) {
    assertThatThrownBy(() -> run(library).parameter(name, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(library.title() + " knows no parameter " + name)
        .hasMessageEndingWith("did you mean " + meant + "?");
  }

  @Test
  void aNameLikeNoOtherIsRefusedWithoutAGuess() {
    assertThatThrownBy(() -> run(TreeLibrary.XGBOOST).parameter("quux", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("knows no parameter quux that counts for the trees of a run");
    assertThatThrownBy(() -> run(TreeLibrary.XGBOOST).parameter("num_leaves", 1))
        .as("of the other library")
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void allSpellingsOfALibraryAreTaken() {
    for (String name :
        List.of("reg_lambda", "reg_alpha", "min_split_loss", "colsample_bylevel", "tree_method")) {
      assertThat(run(TreeLibrary.XGBOOST).parameter(name, 1)).as(name).isNotNull();
    }
    for (String name :
        List.of("min_child_samples", "colsample_bynode", "mc", "unbalance", "subsample_for_bin")) {
      assertThat(run(TreeLibrary.LIGHTGBM).parameter(name, 1)).as(name).isNotNull();
    }
  }

  @Test
  void whatARunDecidesIsRefusedByAllItsNames() {
    for (String name :
        List.of("objective", "app", "loss", "boosting_type", "booster", "num_round", "nthread")) {
      for (TreeLibrary library : TreeLibrary.values()) {
        assertThatThrownBy(() -> run(library).parameter(name, 1))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(name + " is decided by the run");
      }
    }
  }

  @Test
  void aValidationWindowThatIsNotLaterIsRefused() {
    Instant day = Instant.parse("2026-03-01T00:00:00Z");
    Table late = opened(train, day.plusSeconds(1));
    Table early = opened(validation, day);
    TreeTrainingRun.xgboost(early, late).features(Worlds.FEATURES).rounds(2).fit().close();
    assertThatThrownBy(() -> TreeTrainingRun.xgboost(late, early).features(Worlds.FEATURES).fit())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the validation window begins at 2026-03-01T00:00:00Z, before");
  }

  private static Table opened(Table table, Instant at) {
    InstantColumn opened = InstantColumn.create("opened_at", table.rowCount());
    for (int i = 0; i < table.rowCount(); i++) {
      opened.set(i, at);
    }
    return table.copy().addColumns(opened);
  }

  @ParameterizedTest
  @EnumSource(TreeLibrary.class)
  void theBestRoundMayBeChosenByAnotherFigure(TreeLibrary library) {
    try (TrainedTrees model =
        run(library).rounds(40).learningRate(0.4).patience(8).keepHighest("AUC").fit()) {
      double highest =
          model.history().stream().mapToDouble(EpochResult::validationAuc).max().orElseThrow();
      assertThat(model.best().validationAuc()).isEqualTo(highest);
      assertThat(model.training().settings()).containsEntry("best_by", "highest AUC");
    }
    assertThatThrownBy(() -> run(library).keepHighest("accuracy").fit())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the best cannot be chosen by 'accuracy'; there are [loss, AUC]");
  }
}
