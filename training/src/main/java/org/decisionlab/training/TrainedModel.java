// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import ai.djl.Model;
import java.util.Locale;
import java.util.function.Predicate;
import org.decisionlab.core.feature.FeatureMap;
import org.decisionlab.training.dataset.TableRows;
import tech.tablesaw.api.Table;

/**
 * A trained model with the story of its training. Its block takes raw features (standardisation is
 * inside) and gives the probability that the file is opened again. Close it to free its memory.
 */
public final class TrainedModel implements Trained, AutoCloseable {

  private final Model model;
  private final FeatureMap features;
  private final TrainingRecord record;
  private final Predicate<String> mayBeMissing;

  TrainedModel(
      Model model, FeatureMap features, TrainingRecord record, Predicate<String> mayBeMissing) {
    this.mayBeMissing = mayBeMissing;
    this.model = model;
    this.features = features;
    this.record = record;
  }

  /**
   * Probability of reuse for each row.
   *
   * @param table rows with the columns of {@link #features()}, in any order
   * @throws IllegalArgumentException when a column is absent, or a value missing for which the
   *     model's preprocessing has none
   */
  public float[] predict(Table table) {
    return predict(TableRows.features(table, features.names(), mayBeMissing));
  }

  @Override
  public float[] predict(float[] rows) {
    if (rows.length % features.size() != 0) {
      throw new IllegalArgumentException(
          "%d values are not rows of %d features".formatted(rows.length, features.size()));
    }
    return Inference.of(model).outputs(rows, features.size());
  }

  /** DJL's model; its parameters are those of the best epoch. */
  public Model model() {
    return model;
  }

  @Override
  public FeatureMap features() {
    return features;
  }

  @Override
  public TrainingRecord training() {
    return record;
  }

  @Override
  public void close() {
    model.close();
  }

  /** One line: which epoch was kept, why training stopped, how good it is on validation. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "kept epoch %d of %d (%s): validation loss %.4f, validation AUC %.4f",
        best().epoch(),
        history().size(),
        record.stop(),
        best().validationLoss(),
        best().validationAuc());
  }
}
