// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.decisionlab.models.bundle.ModelBundle;
import org.decisionlab.training.TrainingRecord;
import org.decisionlab.training.dataset.TableRows;
import tech.tablesaw.api.Table;

/**
 * What labels tell apart: yes and no, or classes with names.
 *
 * @param classes their names, empty where labels are yes and no
 */
record Outcomes(List<String> classes) {

  private static final int MOST = 1_000;

  static final Outcomes YES_OR_NO = new Outcomes(List.of());

  Outcomes {
    classes = List.copyOf(classes);
  }

  /**
   * Classes.
   *
   * @throws IllegalArgumentException for fewer than two, more than 1,000, or a name that is blank,
   *     has a control character, or is there twice
   */
  static Outcomes of(List<String> classes) {
    if (classes.size() < 2 || classes.size() > MOST) {
      throw new IllegalArgumentException(
          "%d classes; trees tell 2 to %d apart".formatted(classes.size(), MOST));
    }
    if (new LinkedHashSet<>(classes).size() < classes.size()) {
      throw new IllegalArgumentException("a class is there twice: " + classes);
    }
    for (String name : classes) {
      ModelBundle.requireLabel(name);
    }
    return new Outcomes(classes);
  }

  /** Whether there are classes with names. */
  boolean named() {
    return !classes.isEmpty();
  }

  /** Numbers in an answer: the probability of yes, or that of each class. */
  int answers() {
    return named() ? classes.size() : 1;
  }

  /** The labels of a column: 1 for yes, 0 for no, or the place of the class. */
  float[] labels(Table table, String column) {
    float[] labels = new float[table.rowCount()];
    if (named()) {
      int[] found = TableRows.classes(table, column, classes);
      for (int i = 0; i < labels.length; i++) {
        labels[i] = found[i];
      }
    } else {
      boolean[] yes = TableRows.labels(table, column);
      for (int i = 0; i < labels.length; i++) {
        labels[i] = yes[i] ? 1 : 0;
      }
    }
    return labels;
  }

  /** How many rows there are of each outcome that an answer names. */
  Map<String, Integer> counts(float[] labels) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    int[] rows = rows(labels);
    if (named()) {
      for (int i = 0; i < rows.length; i++) {
        counts.put(classes.get(i), rows[i]);
      }
    } else {
      counts.put(TrainingRecord.REUSED, rows[1]);
    }
    return counts;
  }

  /**
   * Refuses labels among which an outcome is absent.
   *
   * @param window what the rows are for
   */
  void requireAll(String window, String column, float[] labels) {
    int[] rows = rows(labels);
    if (!named() && (rows[0] == 0 || rows[1] == 0)) {
      throw new IllegalArgumentException(
          "of the %d %s rows %d are yes in '%s'; both outcomes are needed: take a longer window or another horizon"
              .formatted(labels.length, window, rows[1], column));
    }
    for (int i = 0; named() && i < rows.length; i++) {
      if (rows[i] == 0) {
        throw new IllegalArgumentException(
            "of the %d %s rows none is of class '%s' in '%s'; each class is needed: take a longer window or fewer classes"
                .formatted(labels.length, window, classes.get(i), column));
      }
    }
  }

  private int[] rows(float[] labels) {
    int[] rows = new int[Math.max(2, classes.size())];
    for (float label : labels) {
      rows[(int) label]++;
    }
    return rows;
  }
}
