// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.dataset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Sampler;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.Table;

/** Feature vectors with their labels, in memory, ready for DJL. */
public final class LabelledRows {

  private final List<String> columns;
  private final float[] features;
  private final boolean[] labels;
  private final float @Nullable [] weights;

  private LabelledRows(
      List<String> columns, float[] features, boolean[] labels, float @Nullable [] weights) {
    this.columns = columns;
    this.features = features;
    this.labels = labels;
    this.weights = weights;
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
        TableRows.labels(table, label),
        null);
  }

  /**
   * The same rows with a weight each.
   *
   * @param values one for each row, 0 or more, not all 0
   * @throws IllegalArgumentException naming the row whose weight is refused
   */
  public LabelledRows weighted(double[] values) {
    float[] checked = new float[labels.length];
    double sum = 0;
    for (int i = 0; i < checked.length; i++) {
      if (!(values[i] >= 0 && values[i] <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "row %d has the weight %s; a weight is finite and not below 0".formatted(i, values[i]));
      }
      checked[i] = (float) values[i];
      sum += checked[i];
    }
    if (sum == 0) {
      throw new IllegalArgumentException("all weights are 0");
    }
    return new LabelledRows(columns, features, labels, checked);
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

  /** The weights; each 1 where none were given. */
  public float[] weights() {
    if (weights != null) {
      return weights.clone();
    }
    float[] equal = new float[labels.length];
    Arrays.fill(equal, 1);
    return equal;
  }

  /** Whether rows have weights of their own. */
  public boolean isWeighted() {
    return weights != null;
  }

  /** SHA-256 of all that is learned from: names, features, labels and weights. */
  public String digest() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(String.join("\n", columns).getBytes(StandardCharsets.UTF_8));
      ByteBuffer row = ByteBuffer.allocate(4 * columns.size() + 5);
      float[] each = weights();
      for (int i = 0; i < labels.length; i++) {
        row.clear();
        for (int c = 0; c < columns.size(); c++) {
          row.putFloat(features[i * columns.size() + c]);
        }
        row.putFloat(each[i]).put((byte) (labels[i] ? 1 : 0));
        digest.update(row.flip());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The features, row after row. */
  public float[] features() {
    return features.clone();
  }

  /**
   * The rows as DJL data set: features of shape (rows, columns), labels of shape (rows, 1), and
   * behind them weights of the same shape where rows have some; all float32.
   *
   * @param manager owner of the arrays; closing it frees them
   * @param sampler which rows make up which batch
   */
  public ArrayDataset toDataset(NDManager manager, Sampler sampler) {
    float[] yes = new float[labels.length];
    for (int i = 0; i < yes.length; i++) {
      yes[i] = labels[i] ? 1 : 0;
    }
    Shape shape = new Shape(size(), 1);
    NDList labelArrays = new NDList(manager.create(yes, shape));
    if (weights != null) {
      labelArrays.add(manager.create(weights, shape));
    }
    return new ArrayDataset.Builder()
        .setData(manager.create(features, new Shape(size(), columns.size())))
        .optLabels(labelArrays.toArray(NDArray[]::new))
        .setSampling(sampler)
        .build();
  }
}
