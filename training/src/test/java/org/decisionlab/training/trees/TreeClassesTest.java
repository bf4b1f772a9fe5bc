// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.decisionlab.models.bundle.ModelBundle;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.training.Worlds;
import org.decisionlab.training.dataset.TableRows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Trees that tell several classes apart. */
class TreeClassesTest {

  private static final List<String> FATES = List.of("never", "rare", "some", "often", "always");

  private final Table train = Worlds.learnable(4000, 1);
  private final Table validation = Worlds.learnable(2000, 2);
  private final Table test = Worlds.learnable(2000, 3);

  private static TreeTrainingRun of(TreeLibrary library, Table train, Table validation) {
    TreeTrainingRun run =
        library == TreeLibrary.XGBOOST
            ? TreeTrainingRun.xgboost(train, validation).maxDepth(3)
            : TreeTrainingRun.lightgbm(train, validation).maxLeaves(8);
    return run.features(Worlds.FEATURES).threads(1);
  }

  /** A label with five names, of which the features tell much. */
  private static Table named(Table whole) {
    Table table = whole.copy();
    StringColumn names = StringColumn.create("fate");
    for (int i = 0; i < table.rowCount(); i++) {
      double truth =
          Worlds.truth(
              table.floatColumn("size").get(i),
              table.floatColumn("file_accesses").get(i),
              table.floatColumn("file_idle").get(i));
      names.append(FATES.get(Math.min(FATES.size() - 1, (int) (truth * FATES.size()))));
    }
    return table.addColumns(names);
  }

  private static TreeTrainingRun ofFates(TreeLibrary library, Table table, Table held) {
    return of(library, table, held).label("fate").classes(FATES.toArray(String[]::new));
  }

  @ParameterizedTest
  @EnumSource(TreeLibrary.class)
  void classesAreToldApartAndExported(TreeLibrary library) throws Exception {
    Table known = named(test);
    try (TrainedTrees model =
        ofFates(library, named(train), named(validation)).rounds(25).learningRate(0.3).fit()) {
      float[][] probabilities = model.probabilities(known);
      int right = 0;
      for (int i = 0; i < probabilities.length; i++) {
        float[] row = probabilities[i];
        float sum = 0;
        int likeliest = 0;
        for (int k = 0; k < row.length; k++) {
          sum += row[k];
          likeliest = row[k] > row[likeliest] ? k : likeliest;
        }
        assertThat(sum).isCloseTo(1, within(1e-4f));
        right += FATES.get(likeliest).equals(known.stringColumn("fate").get(i)) ? 1 : 0;
      }
      assertThat((double) right / probabilities.length).isGreaterThan(0.65);
      assertThat(model.best().metrics().get("accuracy")).isBetween(0.65, 1.0);
      assertThat(model.best().validationAuc()).isBetween(0.8, 1.0);
      assertThat(model.trees().trees().trees()).hasSize(FATES.size() * model.best().epoch());
      assertThatThrownBy(() -> model.predict(known)).hasMessageContaining("probabilities(table)");

      Instant from = Instant.parse("2026-01-01T00:00:00Z");
      ModelBundle bundle =
          model
              .export()
              .name("fates")
              .data(from, from.plusSeconds(60), "a test")
              .horizon(Duration.ofDays(7))
              .createdAt(from)
              .codeVersion("test")
              .toBundle();
      assertThat(bundle.labels()).isEqualTo(FATES);
      assertThat(bundle.card().selfCheck().against())
          .contains(library.title(), "java", "onnxruntime", "tensorflow");
      assertThat(bundle.card().metrics()).containsKey("train_" + FATES.get(4) + "_share");
    }
  }

  /** The kept rounds count, also where boosting went on behind the best. */
  @ParameterizedTest
  @EnumSource(TreeLibrary.class)
  void classesStopWhenPatienceIsOver(TreeLibrary library) {
    try (TrainedTrees model =
        ofFates(library, named(Worlds.learnable(300, 9)), named(validation))
            .rounds(300)
            .learningRate(0.5)
            .patience(3)
            .fit()) {
      assertThat(model.history()).hasSize(model.best().epoch() + 3);
      float[][] expected = model.probabilities(test);
      Evaluator evaluator = Evaluator.of(model.graph());
      float[] rows = TableRows.features(test, Worlds.FEATURES.names());
      int width = Worlds.FEATURES.size();
      for (int i = 0; i < expected.length; i++) {
        assertThat(evaluator.evaluate(Arrays.copyOfRange(rows, i * width, (i + 1) * width)))
            .containsExactly(expected[i], within(1e-5f));
      }
    }
  }

  @Test
  void classesThatCannotBeAreRefused() {
    TreeTrainingRun run = of(TreeLibrary.LIGHTGBM, train, validation);
    assertThatThrownBy(() -> run.classes("one")).hasMessageContaining("1 classes");
    assertThatThrownBy(() -> run.classes("a", "a")).hasMessageContaining("there twice");
    for (String no : List.of(" ", "b\n", "b\u0000", "b\u2028c")) {
      assertThatThrownBy(() -> run.classes("a", no)).hasMessageContaining("one line of text");
    }
    Table strange = named(train);
    strange.stringColumn("fate").set(7, "elsewhere");
    assertThatThrownBy(() -> ofFates(TreeLibrary.XGBOOST, strange, named(validation)).fit())
        .hasMessageContaining("column 'fate', row 7: 'elsewhere' is none of the classes");
    Table few = named(train).where(named(train).stringColumn("fate").isNotEqualTo(FATES.get(2)));
    assertThatThrownBy(() -> ofFates(TreeLibrary.XGBOOST, few, named(validation)).fit())
        .hasMessageContaining("none is of class '" + FATES.get(2));
  }
}
