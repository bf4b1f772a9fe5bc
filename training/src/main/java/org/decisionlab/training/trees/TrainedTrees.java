// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import java.util.List;
import java.util.Locale;
import org.decisionlab.core.feature.FeatureMap;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.trees.TreeModel;
import org.decisionlab.training.EpochResult;
import org.decisionlab.training.Trained;
import org.decisionlab.training.TrainingRecord;
import org.decisionlab.training.dataset.TableRows;
import org.decisionlab.training.export.ModelExport;
import tech.tablesaw.api.Table;

/**
 * Trained trees with the story of their training. They take raw features and give the probability
 * that the file is opened again; the answers are the library's own. Close them to free its memory.
 */
public final class TrainedTrees implements Trained, AutoCloseable {

  private final TreeLibrary library;
  private final FeatureMap features;
  private final TrainingRecord record;
  private final Columns columns;
  private final Boosting.Boosted trees;

  TrainedTrees(
      TreeLibrary library,
      FeatureMap features,
      TrainingRecord record,
      Columns columns,
      Boosting.Boosted trees) {
    this.library = library;
    this.features = features;
    this.record = record;
    this.columns = columns;
    this.trees = trees;
  }

  /**
   * Probability of reuse for each row.
   *
   * @param table rows with the columns of {@link #features()}, in any order
   * @throws IllegalArgumentException when a column is absent
   */
  public float[] predict(Table table) {
    return predict(TableRows.features(table, features.names(), name -> true));
  }

  @Override
  public float[] predict(float[] rows) {
    if (rows.length % features.size() != 0) {
      throw new IllegalArgumentException(
          "%d values are not rows of %d features".formatted(rows.length, features.size()));
    }
    return trees.predict(columns.of(rows), rows.length / features.size());
  }

  /** The trees by themselves, without preprocessing. */
  public TreeModel trees() {
    return trees.model();
  }

  /** The whole model, preprocessing included. */
  public ModelGraph graph() {
    return columns.graph(trees.model());
  }

  /** The export of this model, which must not be closed yet. */
  public ModelExport export() {
    return ModelExport.of(this, this::graph, library.toString());
  }

  @Override
  public FeatureMap features() {
    return features;
  }

  @Override
  public TrainingRecord training() {
    return record;
  }

  /** One result per round, in order. */
  public List<EpochResult> history() {
    return record.history();
  }

  /** The round up to which trees were kept. */
  public EpochResult best() {
    return record.best();
  }

  @Override
  public void close() {
    trees.close();
  }

  /** One line: how many rounds were kept, why boosting stopped, how good it is on validation. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s kept %d of %d rounds (%s): validation loss %.4f, validation AUC %.4f",
        library.title(),
        best().epoch(),
        history().size(),
        record.stop(),
        best().validationLoss(),
        best().validationAuc());
  }
}
