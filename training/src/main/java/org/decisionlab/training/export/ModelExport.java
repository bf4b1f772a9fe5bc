// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.decisionlab.models.bundle.DecisionRule;
import org.decisionlab.models.bundle.GoldenRow;
import org.decisionlab.models.bundle.ModelBundle;
import org.decisionlab.models.bundle.ModelCard;
import org.decisionlab.models.bundle.Provenance;
import org.decisionlab.models.bundle.Provenance.DataWindow;
import org.decisionlab.models.engine.TrainableWriter;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.training.EpochResult;
import org.decisionlab.training.Trained;
import org.decisionlab.training.TrainedModel;
import org.decisionlab.training.TrainingRecord;
import org.decisionlab.training.dataset.TimeOrder;
import org.decisionlab.training.evaluation.Judgement;
import org.decisionlab.training.evaluation.Threshold;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.Table;

/**
 * Makes the bundle of a trained model: graph, self-check against the model on fresh rows, card and
 * golden rows. The same model and settings, {@link #createdAt} included, make the same bytes.
 */
public final class ModelExport {

  /** Set apart from the seed of the training, so that the rows are fresh. */
  private static final long CHECK_SEED = 0x5e1fc8ecL;

  private static final long GOLDEN_SEED = 0x601de2L;

  private final Trained model;
  private final Supplier<ModelGraph> graph;
  private final String trainer;
  private @Nullable String name;
  private @Nullable DataWindow data;
  private @Nullable Duration horizon;
  private @Nullable Threshold threshold;
  private String description = "Probability that a file is opened again within the horizon.";
  private Instant createdAt = Instant.now();
  private String codeVersion;
  private final Map<String, Double> metrics = new LinkedHashMap<>();

  private ModelExport(Trained model, Supplier<ModelGraph> graph, String trainer) {
    this.model = model;
    this.graph = graph;
    this.trainer = trainer;
    TrainingRecord training = model.training();
    codeVersion = training.environment().codeVersion();
    EpochResult best = training.best();
    metrics.put("validation_auc", best.validationAuc());
    metrics.put("validation_log_loss", best.validationLoss());
    // A figure that is no number tells nothing of the model.
    best.metrics()
        .forEach(
            (metric, value) -> {
              if (Double.isFinite(value)) {
                metrics.put("validation_" + metric, value);
              }
            });
    training
        .outcomes()
        .forEach(
            (outcome, rows) ->
                metrics.put(
                    "train_%s_share".formatted(outcome), (double) rows / training.trainRows()));
  }

  /** The export of a trained net, which must not be closed yet. */
  public static ModelExport of(TrainedModel model) {
    return of(
        model,
        () -> BlockExporter.export(model.model(), model.features().size()),
        "DJL PyTorch " + model.training().environment().libraries().get("pytorch"));
  }

  /**
   * The export of a model of another kind.
   *
   * @param graph makes its graph, with one output for each of its outcomes
   * @param trainer what its own answers are computed with, such as {@code XGBoost 2.1.4}
   */
  public static ModelExport of(Trained model, Supplier<ModelGraph> graph, String trainer) {
    return new ModelExport(model, graph, trainer);
  }

  /** Name of the model: letters, digits and {@code _}. Required. */
  public ModelExport name(String modelName) {
    name = modelName;
    return this;
  }

  /** One or two sentences for people. */
  public ModelExport description(String text) {
    description = text;
    return this;
  }

  /**
   * What the model was trained on. Required.
   *
   * @param from instant of the first training record
   * @param to instant of the last
   * @param source where the records came from, for people
   */
  public ModelExport data(Instant from, Instant to, String source) {
    data = new DataWindow(from, to, model.training().trainRows(), source);
    return this;
  }

  /**
   * What the model was trained on, with the window that a table's column {@code opened_at} tells.
   *
   * @param train the training rows
   * @param source where the records came from, for people
   * @throws IllegalArgumentException when the table has no such column
   */
  public ModelExport data(Table train, String source) {
    TimeOrder.Span span =
        TimeOrder.span(train)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the table has no column '%s'; say data(from, to, source)"
                            .formatted(TimeOrder.OPENED_AT)));
    return data(span.from(), span.to(), source);
  }

  /** Within which the label says that a file was opened again. Required. */
  public ModelExport horizon(Duration span) {
    horizon = span;
    return this;
  }

  /**
   * From which probability on a file is stored; chosen on the validation window. Required of a
   * model with one outcome. One with several is not asked for decisions, and its card says 1.
   */
  public ModelExport threshold(Threshold chosen) {
    if (labels().size() > 1) {
      throw new IllegalStateException(
          "a threshold decides by one probability; this model gives those of " + labels());
    }
    threshold = chosen;
    metrics.put("validation_kept_bytes", chosen.keptBytes());
    metrics.put("validation_stored_bytes", chosen.storedBytes());
    return this;
  }

  /** Puts the figures of a judgement into the card. */
  public ModelExport judgement(Judgement judgement) {
    metrics.put("auc", judgement.auc());
    metrics.put("brier", judgement.brier());
    metrics.put("log_loss", judgement.logLoss());
    metrics.put("calibration_error", judgement.calibration().expectedError());
    for (Judgement.Contest contest : judgement.contests()) {
      metrics.put("auc_" + contest.baseline().replace(' ', '_'), contest.auc());
    }
    return this;
  }

  /** Instant written into the card; the moment of {@link #of} unless told otherwise. */
  public ModelExport createdAt(Instant instant) {
    createdAt = instant;
    return this;
  }

  /**
   * Version of the code that trained the model; the git commit of the folder in which it was
   * trained unless told otherwise.
   */
  public ModelExport codeVersion(String version) {
    codeVersion = version;
    return this;
  }

  /**
   * Exports, checks and packs the model.
   *
   * @throws IllegalStateException when something required was not told; all of it is named
   * @throws ExportRefusedException when the model cannot be exported, or its graph differs from it
   */
  public ModelBundle toBundle() {
    List<String> absent = new ArrayList<>();
    String modelName = required(name, "name", absent);
    DataWindow window = required(data, "data", absent);
    Duration span = required(horizon, "horizon", absent);
    Double chosen =
        labels().size() > 1
            ? Double.valueOf(1)
            : required(threshold == null ? null : threshold.value(), "threshold", absent);
    if (modelName == null || window == null || span == null || chosen == null) {
      throw new IllegalStateException("before toBundle() call " + absent);
    }
    TrainingRecord training = model.training();
    ModelGraph exported = graph.get();
    ParityCheck check = new ParityCheck(training.statistics(), training.seed() ^ CHECK_SEED);
    FreshRows fresh = new FreshRows(training.statistics(), Evaluator.of(exported));
    ModelCard card =
        new ModelCard(
            modelName,
            description,
            model.features(),
            training.statistics(),
            new DecisionRule(chosen, span),
            provenance(window),
            metrics,
            check.run(exported, this::outputs, trainer),
            goldenRows(fresh, training.seed()),
            fresh.missing().stream().map(model.features().names()::get).toList());
    return ModelBundle.of(exported, card, labels());
  }

  /**
   * Writes the model as a SavedModel with variables, to be trained further in TensorFlow or Keras,
   * and compares it with the trained one. It takes tensorflow-java on the class path. Everything
   * else about the model is in its bundle.
   *
   * @param folder where; must not exist, and appears at once and complete
   * @return the variables, and whether there is a signature by which a step of training is done
   * @throws ExportRefusedException when tensorflow-java is absent, the model cannot be exported so,
   *     or differs from the trained one
   */
  public TrainableWriter.Written toTrainable(Path folder) {
    ParityCheck check =
        new ParityCheck(model.training().statistics(), model.training().seed() ^ CHECK_SEED);
    return new TrainableExport(check, this::outputs).write(graph.get(), folder);
  }

  private Provenance provenance(DataWindow window) {
    TrainingRecord training = model.training();
    return new Provenance(
        createdAt,
        window,
        training.seed(),
        codeVersion,
        training.environment().libraries(),
        training.environment().hardware(),
        training.settings());
  }

  private List<String> labels() {
    return List.copyOf(model.training().outcomes().keySet());
  }

  private float[][] outputs(float[][] rows) {
    float[] answers = model.predict(ParityCheck.flat(rows));
    int width = labels().size();
    float[][] outputs = new float[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      outputs[i] = Arrays.copyOfRange(answers, i * width, (i + 1) * width);
    }
    return outputs;
  }

  private List<GoldenRow> goldenRows(FreshRows fresh, int seed) {
    float[][] rows =
        fresh.drawWithEachMissing(new Random(seed ^ GOLDEN_SEED), ModelCard.GOLDEN_ROWS);
    float[][] answers = outputs(rows);
    List<GoldenRow> golden = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      golden.add(GoldenRow.of(rows[i], answers[i]));
    }
    return golden;
  }

  private static <T> @Nullable T required(@Nullable T value, String method, List<String> absent) {
    if (value == null) {
      absent.add(method + "(...)");
    }
    return value;
  }
}
