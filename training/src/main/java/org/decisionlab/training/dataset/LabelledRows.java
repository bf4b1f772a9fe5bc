// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.dataset;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Sampler;
import java.util.List;
import java.util.function.Predicate;
import tech.tablesaw.api.Table;

/** Feature vectors with their labels, in memory, ready for DJL. */
public final class LabelledRows {

  private final List<String> columns;
  private final float[] features;
  private final boolean[] labels;

  private LabelledRows(List<String> columns, float[] features, boolean[] labels) {
    this.columns = columns;
    this.features = features;
    this.labels = labels;
  }

  /**
   * Reads the rows of a table.
   *
   * @param columns names of the feature columns, in the order the model will see them
   * @param label name of the label column, boolean or 0 and 1
   * @throws IllegalArgumentException when a column is absent or of another type, or a value is
   *     missing or not finite
   */
  public static LabelledRows of(Table table, List<String> columns, String label) {
    return of(table, columns, label, name -> false);
  }

  /**
   * Reads the rows of a table in which some features may be missing.
   *
   * @param columns names of the feature columns, in the order the model will see them
   * @param label name of the label column, boolean or 0 and 1
   * @param mayBeMissing which features may be missing; they are then "not a number"
   * @throws IllegalArgumentException when a column is absent or of another type, or a value is
   *     refused
   */
  public static LabelledRows of(
      Table table, List<String> columns, String label, Predicate<String> mayBeMissing) {
    if (columns.contains(label)) {
      throw new IllegalArgumentException("the label '" + label + "' is among the features");
    }
    return new LabelledRows(
        List.copyOf(columns),
        TableRows.features(table, columns, mayBeMissing),
        TableRows.labels(table, label));
  }

  /** Names of the features, in order. */
  public List<String> columns() {
    return columns;
  }

  /** Number of rows. */
  public int size() {
    return labels.length;
  }

  /** Number of rows labelled yes. */
  public int positives() {
    int count = 0;
    for (boolean label : labels) {
      count += label ? 1 : 0;
    }
    return count;
  }

  /** The labels. */
  public boolean[] labels() {
    return labels.clone();
  }

  /** The features, row after row. */
  public float[] features() {
    return features.clone();
  }

  /**
   * The rows as DJL data set: features of shape (rows, columns), labels of shape (rows, 1), both
   * float32.
   *
   * @param manager owner of the arrays; closing it frees them
   * @param sampler which rows make up which batch
   */
  public ArrayDataset toDataset(NDManager manager, Sampler sampler) {
    float[] yes = new float[labels.length];
    for (int i = 0; i < yes.length; i++) {
      yes[i] = labels[i] ? 1 : 0;
    }
    return new ArrayDataset.Builder()
        .setData(manager.create(features, new Shape(size(), columns.size())))
        .optLabels(manager.create(yes, new Shape(size(), 1)))
        .setSampling(sampler)
        .build();
  }
}
