// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import java.util.function.Predicate;
import org.decisionlab.core.feature.FeatureMap;
import org.decisionlab.training.dataset.LabelledRows;
import org.decisionlab.training.dataset.TableRows;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.Table;

/**
 * Reads the tables of a training.
 *
 * @param label name of the label column
 * @param weights name of the column of weights, or null
 * @param mayBeMissing which features may be missing
 */
record Windows(String label, @Nullable String weights, Predicate<String> mayBeMissing) {

  /** The rows of one window, with both outcomes. */
  LabelledRows rows(String window, Table table, FeatureMap map) {
    LabelledRows rows = LabelledRows.of(table, map.names(), label, mayBeMissing);
    int positives = rows.positives();
    if (positives == 0 || positives == rows.size()) {
      throw new IllegalArgumentException(
          "of the %d %s rows %d are yes in '%s'; both outcomes are needed: take a longer window or another horizon"
              .formatted(rows.size(), window, positives, label));
    }
    return weights == null ? rows : rows.weighted(TableRows.values(table, weights));
  }
}
