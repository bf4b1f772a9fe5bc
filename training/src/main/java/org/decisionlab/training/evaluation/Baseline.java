// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.evaluation;

import java.util.Arrays;
import java.util.List;
import org.decisionlab.training.dataset.TableRows;
import tech.tablesaw.api.Table;

/**
 * A trivial rule that a model must beat to be worth its trouble. Its score ranks rows; it is not a
 * probability.
 *
 * @param name what the rule is called in tables
 * @param column feature column it looks at
 * @param rule score of a row from that column's value, higher meaning more likely to be reused
 */
public record Baseline(String name, String column, Rule rule) {

  /** A score from one value. */
  @FunctionalInterface
  public interface Rule {
    /** The score, higher meaning more likely. */
    double score(double value);
  }

  /** A file opened before is opened again: 1 when {@code file_accesses} is above 0, else 0. */
  public static final Baseline SEEN_BEFORE =
      new Baseline("seen before", "file_accesses", v -> v > 0 ? 1 : 0);

  /** The shorter ago a file was opened, the sooner it is opened again: minus {@code file_idle}. */
  public static final Baseline LAST_GAP = new Baseline("last gap", "file_idle", v -> -v);

  /** Both rules. */
  public static List<Baseline> all() {
    return List.of(SEEN_BEFORE, LAST_GAP);
  }

  /**
   * The score of every row.
   *
   * @throws IllegalArgumentException when the table lacks the column or a value of it
   */
  public double[] score(Table table) {
    return Arrays.stream(TableRows.values(table, column)).map(rule::score).toArray();
  }
}
