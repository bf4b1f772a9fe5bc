// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.decisionlab.training.dataset.TableRows;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.Table;

/**
 * The rows of a table, ready for trees.
 *
 * @param features row after row; what is missing is "not a number"
 * @param labels 1 for yes, 0 for no, or places of classes
 * @param weights of the rows, null when all are alike
 */
@SuppressWarnings("ArrayRecordComponent") // handed to a library once
record TreeRows(float[] features, float[] labels, float @Nullable [] weights) {

  /**
   * Which columns of a table are what.
   *
   * @param features in the order the model will see them
   * @param mayBeMissing which of them may be missing
   * @param label what is learned
   * @param weights how much each row counts, null when all are alike
   */
  record Roles(
      List<String> features,
      Predicate<String> mayBeMissing,
      String label,
      @Nullable String weights) {}

  static TreeRows of(Table table, Roles columns, Outcomes outcomes) {
    if (columns.features().contains(columns.label())) {
      throw new IllegalArgumentException(
          "the label '" + columns.label() + "' is among the features");
    }
    return new TreeRows(
        TableRows.features(table, columns.features(), columns.mayBeMissing()),
        outcomes.labels(table, columns.label()),
        columns.weights() == null ? null : weights(table, columns.weights()));
  }

  int size() {
    return labels.length;
  }

  /**
   * The rows as the trees see them.
   *
   * @param columns what is made of the features
   * @param categories names of those that hold categories
   */
  BoostingRows seenAs(Columns columns, List<String> categories) {
    float[] values = columns.of(features);
    List<Integer> categorical = new ArrayList<>();
    for (String name : categories) {
      int column = columns.names().indexOf(name);
      categorical.add(column);
      requireCategories(name, values, column, columns.names().size());
    }
    return new BoostingRows(columns.names(), categorical, values, labels, weights);
  }

  private static void requireCategories(String name, float[] values, int column, int width) {
    for (int i = column; i < values.length; i += width) {
      float value = values[i];
      if (!Float.isNaN(value) && (value < 0 || value > 65_535 || value != Math.rint(value))) {
        throw new IllegalArgumentException(
            "column '%s', row %d: %s is no category, a whole number from 0 to 65535"
                .formatted(name, i / width, value));
      }
    }
  }

  private static float[] weights(Table table, String column) {
    double[] given = TableRows.values(table, column);
    float[] checked = new float[given.length];
    for (int i = 0; i < given.length; i++) {
      if (!(given[i] >= 0 && given[i] <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "column '%s', row %d: the weight %s is below 0".formatted(column, i, given[i]));
      }
      checked[i] = (float) given[i];
    }
    return checked;
  }
}
