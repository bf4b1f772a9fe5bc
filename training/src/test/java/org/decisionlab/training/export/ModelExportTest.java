// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.decisionlab.models.bundle.ModelBundle;
import org.decisionlab.models.bundle.ModelCard;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.training.Preprocessing;
import org.decisionlab.training.TrainedModel;
import org.decisionlab.training.TrainingRun;
import org.decisionlab.training.Worlds;
import org.decisionlab.training.dataset.TableRows;
import org.decisionlab.training.evaluation.Judgement;
import org.decisionlab.training.evaluation.Threshold;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.Table;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModelExportTest {

  private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant TO = Instant.parse("2026-02-01T00:00:00Z");

  private final Table test = Worlds.learnable(2000, 23);
  private TrainedModel model;

  @BeforeAll
  void train() {
    model =
        TrainingRun.of(Worlds.learnable(4000, 21), Worlds.learnable(2000, 22))
            .features(Worlds.FEATURES)
            .epochs(5)
            .seed(7)
            .fit();
  }

  @AfterAll
  void close() {
    model.close();
  }

  private ModelExport export() {
    return ModelExport.of(model)
        .name("reuse_test")
        .data(FROM, TO, "generated")
        .horizon(Duration.ofDays(7))
        .threshold(new Threshold(0.25, 0.95, 0.5))
        .createdAt(TO);
  }

  @Test
  void theBundleAnswersAsTheModelDoes(@TempDir Path folder) throws Exception {
    ModelBundle written = export().judgement(judgement()).toBundle();
    ModelBundle bundle = ModelBundle.read(written.writeFolder(folder));
    assertThat(bundle.labels()).containsExactly("reused");
    Evaluator evaluator = Evaluator.of(bundle.graph());
    assertThat(bundle.verifyGoldenRows(evaluator).passed()).isTrue();
    float[] rows = TableRows.features(test, Worlds.FEATURES.names());
    float[] expected = model.predict(test);
    for (int i = 0; i < expected.length; i++) {
      float[] row = {rows[3 * i], rows[3 * i + 1], rows[3 * i + 2]};
      assertThat(evaluator.evaluate(row)[0]).isCloseTo(expected[i], within(1e-5f));
    }
  }

  @Test
  void preprocessingIsPartOfWhatIsExported() {
    Table holes = Worlds.learnable(3000, 31);
    for (int row = 0; row < holes.rowCount(); row += 7) {
      holes.floatColumn(Worlds.FEATURES.names().get(1)).setMissing(row);
    }
    List<String> names = Worlds.FEATURES.names();
    try (TrainedModel learned =
        TrainingRun.of(holes, Worlds.learnable(1500, 32))
            .features(Worlds.FEATURES)
            .preprocessing(
                Preprocessing.of(names)
                    .missingWithFlag(names.get(1), 0)
                    .standardise(names.get(0), names.get(1))
                    .buckets(names.get(2), 0.5, 1.5))
            .epochs(2)
            .seed(7)
            .fit()) {
      ModelBundle bundle =
          ModelExport.of(learned)
              .name("reuse_test")
              .data(FROM, TO, "generated")
              .horizon(Duration.ofDays(7))
              .threshold(new Threshold(0.25, 0.95, 0.5))
              .createdAt(TO)
              .toBundle();
      Evaluator evaluator = Evaluator.of(bundle.graph());
      assertThat(bundle.card().mayBeMissing()).containsExactly(names.get(1));
      assertThat(bundle.card().goldenRows())
          .anyMatch(golden -> golden.isMissing(1))
          .anyMatch(golden -> !golden.isMissing(1));
      assertThat(evaluator.mayBeMissing(1)).isTrue();
      assertThat(evaluator.mayBeMissing(0)).isFalse();
      float[] row = {20, Float.NaN, 1};
      assertThat(evaluator.evaluate(row)[0]).isCloseTo(learned.predict(row)[0], within(1e-5f));
      assertThat(learned.predict(holes)).hasSize(3000).doesNotContain(Float.NaN);
    }
  }

  /** Only what the table has can be looked up, so the rows of checks must be such. */
  @Test
  void aNetWithAnEmbeddingIsExported(@TempDir Path folder) throws Exception {
    List<String> names = Worlds.FEATURES.names();
    try (TrainedModel learned =
        TrainingRun.of(tiers(Worlds.learnable(2000, 31)), tiers(Worlds.learnable(1000, 32)))
            .features(Worlds.FEATURES)
            .preprocessing(
                Preprocessing.of(names).log(names.get(0)).standardise(names.get(0), names.get(1)))
            .block(Nets.tierNet(2))
            .epochs(1)
            .seed(7)
            .quiet()
            .fit()) {
      ModelBundle written =
          ModelExport.of(learned)
              .name("tiers")
              .data(FROM, TO, "generated")
              .horizon(Duration.ofDays(7))
              .threshold(new Threshold(0.25, 0.95, 0.5))
              .createdAt(TO)
              .toBundle();
      ModelBundle bundle = ModelBundle.read(written.writeFolder(folder));
      Evaluator evaluator = Evaluator.of(bundle.graph());
      assertThat(evaluator.isLookedUp(2)).isTrue();
      assertThat(evaluator.isLookedUp(0)).isFalse();
      assertThat(bundle.verifyGoldenRows(evaluator).passed()).isTrue();
      assertThat(bundle.card().goldenRows().stream().map(row -> row.inputs().get(2)).distinct())
          .hasSizeGreaterThan(2)
          .isSubsetOf(0f, 1f, 2f, 3f, 4f);
    }
  }

  /** The last feature is one of five tiers. */
  private static Table tiers(Table table) {
    FloatColumn column = table.floatColumn(Worlds.FEATURES.names().get(2));
    for (int i = 0; i < column.size(); i++) {
      column.set(i, i % 5);
    }
    return table;
  }

  private Judgement judgement() {
    return Judgement.of(test, "label", model.predict(test));
  }

  @Test
  void theCardSaysWhereTheModelComesFrom() {
    Judgement judgement = judgement();
    ModelCard card = export().judgement(judgement).codeVersion("abc123").toBundle().card();
    assertThat(card.features()).isEqualTo(Worlds.FEATURES);
    assertThat(card.statistics()).hasSize(3);
    assertThat(card.statistics().get(0).mean()).isCloseTo(20, within(0.3));
    assertThat(card.statistics().get(0).deviation()).isCloseTo(3, within(0.3));
    assertThat(card.decision().threshold()).isEqualTo(0.25);
    assertThat(card.decision().horizon()).isEqualTo(Duration.ofDays(7));
    assertThat(card.provenance().seed()).isEqualTo(7);
    assertThat(card.provenance().codeVersion()).isEqualTo("abc123");
    assertThat(card.provenance().data().rows()).isEqualTo(4000);
    assertThat(card.provenance().libraries())
        .containsOnlyKeys("decisionlab", "djl", "java", "pytorch");
    assertThat(card.provenance().hardware())
        .containsEntry("device", "cpu")
        .containsOnlyKeys("cores", "device", "memory", "processor", "system");
    assertThat(card.provenance().settings()).containsEntry("batch_size", "512");
    assertThat(card.metrics())
        .containsEntry("auc", judgement.auc())
        .containsEntry("auc_last_gap", judgement.contests().get(1).auc())
        .containsEntry("validation_auc", model.best().validationAuc())
        .containsEntry("validation_kept_bytes", 0.95);
    assertThat(card.selfCheck().against()).startsWith("DJL PyTorch 2.");
    assertThat(card.selfCheck().rows()).isEqualTo(261);
    assertThat(card.goldenRows()).hasSize(16);
  }

  @Test
  void theSameModelMakesTheSameBytes() throws Exception {
    assertThat(export().toBundle().toArchive()).isEqualTo(export().toBundle().toArchive());
  }

  @Test
  void everythingThatIsAbsentIsNamedAtOnce() {
    assertThatThrownBy(() -> ModelExport.of(model).name("reuse_test").toBundle())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("before toBundle() call [data(...), horizon(...), threshold(...)]");
  }
}
