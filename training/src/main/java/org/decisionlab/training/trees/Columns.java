// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import java.util.Arrays;
import java.util.List;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.trees.TreeModel;
import org.decisionlab.training.Preprocessing;
import org.jspecify.annotations.Nullable;

/**
 * The columns that trees see of the features: the features themselves, or what a preprocessing
 * makes of them. Trees are trained on what the exported graph computes, so the two cannot differ.
 */
final class Columns {

  private final List<String> names;
  private final @Nullable PreprocessingGraph preprocessing;
  private final @Nullable Evaluator evaluator;

  private Columns(List<String> names, @Nullable PreprocessingGraph preprocessing) {
    this.names = List.copyOf(names);
    this.preprocessing = preprocessing;
    this.evaluator = preprocessing == null ? null : Evaluator.of(preprocessing.graph());
  }

  static Columns asTheyAre(List<String> names) {
    return new Columns(names, null);
  }

  /** After steps that are fitted to raw rows. */
  static Columns after(Preprocessing steps, float[] rows) {
    return new Columns(steps.outputs(), PreprocessingGraph.of(steps, rows));
  }

  /** Their names, in order. */
  List<String> names() {
    return names;
  }

  /** The columns of raw rows, row after row. */
  float[] of(float[] rows) {
    if (evaluator == null || preprocessing == null) {
      return rows;
    }
    int width = evaluator.features();
    float[] columns = new float[rows.length / width * names.size()];
    for (int i = 0; i < rows.length / width; i++) {
      float[] row = Arrays.copyOfRange(rows, i * width, (i + 1) * width);
      float[] found = preprocessing.columns(row, evaluator);
      System.arraycopy(found, 0, columns, i * found.length, found.length);
    }
    return columns;
  }

  /** The graph from raw rows to the answers of trees. */
  ModelGraph graph(TreeModel trees) {
    return preprocessing == null ? trees.graph() : preprocessing.before(trees);
  }
}
