// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.evaluator.BinaryAccuracy;
import ai.djl.training.evaluator.Evaluator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.decisionlab.models.bundle.ModelCard;
import org.decisionlab.training.dataset.TableRows;
import org.decisionlab.training.dataset.TimeOrder;
import org.decisionlab.training.evaluation.Threshold;
import org.decisionlab.training.export.ModelExport;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.InstantColumn;
import tech.tablesaw.api.Table;

/** Metrics, weights, learning rates, devices and windows that a training may be given. */
class TrainingChoicesTest {

  private static final Instant DAY = Instant.parse("2026-03-01T00:00:00Z");

  private final Table train = Worlds.learnable(3000, 51);
  private final Table validation = Worlds.learnable(1500, 52);

  private TrainingRun run() {
    return TrainingRun.of(train, validation).features(Worlds.FEATURES).batchSize(250).seed(7);
  }

  @Test
  void evaluatorsOfDjlAreFiguresOfEveryEpoch() {
    try (TrainedModel model = run().epochs(3).evaluators(new BinaryAccuracy()).fit()) {
      float[] given = model.predict(validation);
      boolean[] labels = TableRows.labels(validation, "label");
      int right = 0;
      for (int i = 0; i < given.length; i++) {
        right += given[i] > 0.5 == labels[i] ? 1 : 0;
      }
      assertThat(model.best().metrics().get("BinaryAccuracy"))
          .isCloseTo((double) right / given.length, within(1e-6));
      assertThat(model.best().toString()).contains("validation BinaryAccuracy 0.");
    }
  }

  @Test
  void theBestEpochMayBeChosenByAnotherFigure() {
    try (TrainedModel model =
        run().epochs(8).hidden(32).learningRate(0.03f).keepHighest("AUC").fit()) {
      double highest =
          model.history().stream().mapToDouble(EpochResult::validationAuc).max().orElseThrow();
      assertThat(model.best().validationAuc()).isEqualTo(highest);
      assertThat(model.training().settings()).containsEntry("best_by", "highest AUC");
    }
    assertThatThrownBy(() -> run().keepHighest("F1").fit())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the best cannot be chosen by 'F1'; there are [loss, AUC]: add an evaluator of that"
                + " name");
  }

  /** Nothing is better or worse than what is no number: the first epoch would stay the best. */
  @Test
  void aFigureThatIsNoNumberChoosesNoEpoch() {
    assertThatThrownBy(
            () -> run().epochs(3).evaluators(new Constant(Float.NaN)).keepLowest("constant").fit())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("constant over the validation rows is NaN in epoch or round 1");
    assertThatThrownBy(
            () ->
                run()
                    .epochs(3)
                    .evaluators(new Constant(Float.POSITIVE_INFINITY))
                    .keepHighest("constant")
                    .fit())
        .hasMessageContaining("is Infinity");
    try (TrainedModel model = run().epochs(1).evaluators(new Constant(Float.NaN)).fit()) {
      assertThat(model.best().metrics()).containsEntry("constant", Double.NaN);
      ModelCard card =
          ModelExport.of(model)
              .name("no_number")
              .data(DAY, DAY.plusSeconds(60), "a test")
              .horizon(Duration.ofDays(7))
              .threshold(new Threshold(0.5, 0.9, 0.5))
              .toBundle()
              .card();
      assertThat(card.metrics()).doesNotContainKey("validation_constant");
    }
  }

  /** Says the same of every net. */
  private static final class Constant extends Evaluator {

    private final float value;

    Constant(float value) {
      super("constant");
      this.value = value;
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
      return predictions.getManager().create(value);
    }

    @Override
    public void addAccumulator(String key) {}

    @Override
    public void updateAccumulator(String key, NDList labels, NDList predictions) {}

    @Override
    public void updateAccumulators(String[] keys, NDList labels, NDList predictions) {}

    @Override
    public void resetAccumulator(String key) {}

    @Override
    public float getAccumulator(String key) {
      return value;
    }
  }

  @Test
  void aTrackerGivesTheLearningRateOfEveryStep() {
    List<Integer> steps = new ArrayList<>();
    run()
        .hidden()
        .epochs(2)
        .learningRate(
            step -> {
              steps.add(step);
              return 0.01f / step;
            })
        .fit()
        .close();
    assertThat(steps.stream().distinct().sorted()).hasSize(24).startsWith(1).endsWith(24);
  }

  @Test
  void rowsOfWeightZeroTeachNothing() {
    Table mixed = Worlds.separable(2000, 53);
    DoubleColumn weight = DoubleColumn.create("weight", mixed.rowCount());
    for (int i = 0; i < mixed.rowCount(); i++) {
      boolean wrong = i % 2 == 0;
      weight.set(i, wrong ? 0 : 3);
      if (wrong) {
        mixed.booleanColumn("label").set(i, !mixed.booleanColumn("label").get(i));
      }
    }
    Table right = Worlds.separable(1000, 54);
    right.addColumns(DoubleColumn.create("weight", 1000).fillWith(() -> 1));
    try (TrainedModel model =
        TrainingRun.of(mixed.addColumns(weight), right)
            .features(Worlds.FEATURES)
            .weights("weight")
            .hidden()
            .learningRate(0.05f)
            .epochs(15)
            .fit()) {
      assertThat(model.best().validationAuc()).isGreaterThan(0.999);
      assertThat(model.training().settings()).containsEntry("weights", "weight");
    }
    mixed.doubleColumn("weight").set(3, -1);
    assertThatThrownBy(
            () -> TrainingRun.of(mixed, right).features(Worlds.FEATURES).weights("weight").fit())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("row 3 has the weight -1.0; a weight is finite and not below 0");
  }

  @Test
  void equalWeightsChangeNothingButRounding() {
    train.addColumns(DoubleColumn.create("weight", 3000).fillWith(() -> 2));
    validation.addColumns(DoubleColumn.create("weight", 1500).fillWith(() -> 2));
    try (TrainedModel plain = run().epochs(2).fit();
        TrainedModel weighted = run().epochs(2).weights("weight").fit()) {
      assertThat(weighted.best().validationLoss())
          .isCloseTo(plain.best().validationLoss(), within(1e-4));
    }
  }

  @Test
  void withoutCudaTheProcessorIsTakenAndAGpuRefused() {
    try (TrainedModel model = run().epochs(1).device("auto").fit()) {
      assertThat(model.training().environment().hardware()).containsEntry("device", "cpu");
    }
    assertThatThrownBy(() -> run().device("gpu").fit())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("device 'gpu' is not there: DJL finds 0 GPUs with CUDA");
    assertThatThrownBy(() -> run().device("tpu").fit())
        .hasMessage("device 'tpu' is not one of auto, cpu, gpu, gpu1 and so on");
  }

  /** One row an hour. */
  private static Table hourly(int rows, Instant from) {
    Table table = Worlds.learnable(rows, 55);
    InstantColumn opened = InstantColumn.create("opened_at", rows);
    for (int i = 0; i < rows; i++) {
      // Not in order: the table may be sorted by anything.
      opened.set(i, from.plus(Duration.ofHours((i * 7L) % rows)));
    }
    return table.addColumns(opened);
  }

  @Test
  void oneTableIsDividedByTimeAndLabelsThatWereNotKnownAreLeftOut() {
    Table table = hourly(1000, DAY);
    TimeOrder.Parts parts = TimeOrder.split(table, "opened_at", 0.2, Duration.ofDays(2));
    Instant boundary = DAY.plus(Duration.ofHours(800));
    assertThat(TimeOrder.span(parts.validation()))
        .contains(new TimeOrder.Span(boundary, DAY.plus(Duration.ofHours(999))));
    assertThat(parts.validation().rowCount()).isEqualTo(200);
    assertThat(TimeOrder.span(parts.train()))
        .contains(new TimeOrder.Span(DAY, boundary.minus(Duration.ofDays(2))));
    assertThat(parts.train().rowCount()).isEqualTo(753);
    try (TrainedModel model =
        TrainingRun.of(table, 0.2, Duration.ofDays(2)).features(Worlds.FEATURES).epochs(1).fit()) {
      assertThat(model.training().trainRows()).isEqualTo(753);
    }
    assertThatThrownBy(() -> TimeOrder.split(table, "opened_at", 0.2, Duration.ofHours(900)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no row is early enough");
  }

  @Test
  void aValidationWindowThatIsNotLaterIsRefused() {
    Table early = hourly(500, DAY);
    Table late = hourly(500, DAY.plus(Duration.ofHours(499)));
    TrainingRun.of(early, late).features(Worlds.FEATURES).epochs(1).fit().close();
    assertThatThrownBy(() -> TrainingRun.of(late, early).features(Worlds.FEATURES).fit())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the validation window begins at 2026-03-01T00:00:00Z, before");
  }
}
