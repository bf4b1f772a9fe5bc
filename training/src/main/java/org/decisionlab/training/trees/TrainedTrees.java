// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.decisionlab.core.feature.FeatureMap;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.trees.TreeModel;
import org.decisionlab.training.Trained;
import org.decisionlab.training.TrainingRecord;
import org.decisionlab.training.dataset.TableRows;
import org.decisionlab.training.export.ModelExport;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Trained trees with the story of their training. They take raw features and give the probability
 * that the file is opened again, or of each class; the answers are the library's own. Close them to
 * free its memory.
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
   * @throws IllegalStateException when the model tells classes apart
   */
  public float[] predict(Table table) {
    if (outcomes().size() > 1) {
      throw new IllegalStateException(
          "the model gives probabilities of %s; call probabilities(table)".formatted(outcomes()));
    }
    return answers(table);
  }

  /**
   * The probability of each of the {@link #outcomes}, for each row.
   *
   * @param table rows with the columns of {@link #features()}, in any order
   * @throws IllegalArgumentException when a column is absent
   */
  public float[][] probabilities(Table table) {
    float[] answers = answers(table);
    int width = outcomes().size();
    float[][] rows = new float[answers.length / width][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(answers, i * width, (i + 1) * width));
    return rows;
  }

  private float[] answers(Table table) {
    return predict(TableRows.features(table, features.names(), name -> true));
  }

  /** What the model gives probabilities of, in order. */
  public List<String> outcomes() {
    return List.copyOf(record.outcomes().keySet());
  }

  /**
   * What each column that the trees see contributes: its share of what all splits gained, in the
   * library's own measure, the largest first. Columns are the features, or what a preprocessing
   * makes of them.
   */
  public Table importance() {
    double[] gains = trees.gains();
    double whole = Arrays.stream(gains).sum();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < gains.length; i++) {
      order.add(i);
    }
    order.sort(Comparator.comparingDouble((Integer i) -> gains[i]).reversed());
    StringColumn names = StringColumn.create("feature");
    DoubleColumn shares = DoubleColumn.create("share of gain");
    for (int i : order) {
      names.append(columns.names().get(i));
      shares.append(whole == 0 ? 0 : gains[i] / whole);
    }
    return Table.create("importance", names, shares);
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
