// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import java.util.Optional;
import java.util.function.Predicate;
import org.decisionlab.core.feature.FeatureMap;
import org.decisionlab.training.dataset.LabelledRows;
import org.decisionlab.training.dataset.TableRows;
import org.decisionlab.training.dataset.TimeOrder;
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

  /** Refuses a validation window that begins before the last row that is learned from. */
  static void requireOrder(Table train, Table validation) {
    Optional<TimeOrder.Span> learned = TimeOrder.span(train);
    Optional<TimeOrder.Span> judged = TimeOrder.span(validation);
    if (learned.isPresent()
        && judged.isPresent()
        && judged.get().from().isBefore(learned.get().to())) {
      throw new IllegalArgumentException(
          "the validation window begins at %s, before the last training row at %s: the model would be judged by what it knows. Divide by time, as TrainingRun.of(table, share, horizon) does"
              .formatted(judged.get().from(), learned.get().to()));
    }
  }

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
