// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What is done to raw features, by name, before a net sees them. It becomes the first block of the
 * net, so it is exported with it and clients send raw features.
 *
 * <p>Whatever the order of the calls, a feature goes through: its value when missing, clip,
 * logarithm, standardisation, and at last buckets or one column for each value. A feature that is
 * not mentioned is left as it is.
 *
 * <pre>{@code
 * Preprocessing.of("size", "idle", "tier")
 *     .missing("idle", 0)
 *     .log("size")
 *     .standardise("size", "idle")
 *     .oneHot("tier", 0, 1, 2)
 * }</pre>
 */
public final class Preprocessing {

  private final List<String> names;
  private final Map<String, Column> columns = new LinkedHashMap<>();

  private Preprocessing(List<String> names) {
    this.names = List.copyOf(names);
    this.names.forEach(name -> columns.put(name, Column.PLAIN));
    if (columns.size() != names.size() || names.isEmpty()) {
      throw new IllegalArgumentException("features must have different names: " + names);
    }
  }

  /**
   * What is done to one feature.
   *
   * @param missing its value when missing, or null when it must be there
   * @param flagged whether a column tells that it is missing
   * @param low smallest value
   * @param high largest value
   * @param log whether ln(1 + x) is taken
   * @param standardised whether it is brought to mean 0 and deviation 1
   * @param bounds bounds of buckets, or null
   * @param values values with a column each, or null
   */
  record Column(
      @Nullable Float missing,
      boolean flagged,
      float low,
      float high,
      boolean log,
      boolean standardised,
      @Nullable List<Float> bounds,
      @Nullable List<Float> values) {

    static final Column PLAIN =
        new Column(null, false, -Float.MAX_VALUE, Float.MAX_VALUE, false, false, null, null);

    Column withMissing(float value, boolean told) {
      return new Column(value, told, low, high, log, standardised, bounds, values);
    }

    Column withLimits(float lowest, float highest) {
      return new Column(missing, flagged, lowest, highest, log, standardised, bounds, values);
    }

    Column withSteps(boolean logarithm, boolean standard) {
      return new Column(missing, flagged, low, high, logarithm, standard, bounds, values);
    }

    Column withColumns(@Nullable List<Float> buckets, @Nullable List<Float> oneHot) {
      return new Column(missing, flagged, low, high, log, standardised, buckets, oneHot);
    }

    /** The steps, in the order in which a value goes through them. */
    String described() {
      List<String> steps = new ArrayList<>();
      if (missing != null) {
        steps.add("missing " + missing + (flagged ? " with flag" : ""));
      }
      if (low > -Float.MAX_VALUE || high < Float.MAX_VALUE) {
        steps.add("clip " + low + " to " + high);
      }
      if (log) {
        steps.add("log");
      }
      if (standardised) {
        steps.add("standardise");
      }
      if (bounds != null) {
        steps.add("buckets " + bounds);
      }
      if (values != null) {
        steps.add("one-hot " + values);
      }
      return String.join(", ", steps);
    }

    boolean isExpanded() {
      return bounds != null || values != null;
    }

    /** The value as it is before standardisation; what is missing without replacement stays so. */
    double prepared(float raw) {
      float present = Float.isNaN(raw) && missing != null ? missing : raw;
      double clipped = Math.min(Math.max(present, low), high);
      return log ? Math.log1p(Math.max(clipped, 0)) : clipped;
    }
  }

  /** Preprocessing of features of these names, in the order in which a row has them. */
  public static Preprocessing of(String... names) {
    return new Preprocessing(List.of(names));
  }

  /** Preprocessing of features of these names, in the order in which a row has them. */
  public static Preprocessing of(List<String> names) {
    return new Preprocessing(names);
  }

  /** The value of a feature where it is missing, which a row tells by "not a number". */
  public Preprocessing missing(String feature, double value) {
    float number = finite(feature, value);
    return change(feature, c -> c.withMissing(number, c.flagged()));
  }

  /** As {@link #missing}, and a further column tells with 1 that the feature was missing. */
  public Preprocessing missingWithFlag(String feature, double value) {
    float number = finite(feature, value);
    return change(feature, c -> c.withMissing(number, true));
  }

  /** What is smaller or larger becomes the smallest or largest value. */
  public Preprocessing clip(String feature, double low, double high) {
    if (!(low < high)) {
      throw new IllegalArgumentException(
          "clip of " + feature + " needs low < high, found " + low + " and " + high);
    }
    return change(feature, c -> c.withLimits(finite(feature, low), finite(feature, high)));
  }

  /** Takes ln(1 + x), where x is not below 0; what is below counts as 0. */
  public Preprocessing log(String... features) {
    for (String feature : features) {
      change(feature, c -> c.withSteps(true, c.standardised()));
    }
    return this;
  }

  /** Brings features to mean 0 and deviation 1 over the rows that the block is fitted to. */
  public Preprocessing standardise(String... features) {
    for (String feature : features) {
      change(feature, c -> c.withSteps(c.log(), true));
    }
    return this;
  }

  /**
   * One column for each bucket, 1 where the feature is in it: below the first bound, from each
   * bound to below the next, and from the last bound on.
   *
   * @param bounds ascending
   */
  public Preprocessing buckets(String feature, double... bounds) {
    List<Float> floats = floats(feature, bounds);
    for (int i = 1; i < floats.size(); i++) {
      if (floats.get(i) <= floats.get(i - 1)) {
        throw new IllegalArgumentException("bounds of " + feature + " must ascend: " + floats);
      }
    }
    return change(feature, c -> c.withColumns(floats, null));
  }

  /** One column for each value, 1 where the feature has it; all are 0 where it has none of them. */
  public Preprocessing oneHot(String feature, double... values) {
    List<Float> floats = floats(feature, values);
    return change(feature, c -> c.withColumns(null, floats));
  }

  /** The features, in the order in which a row has them. */
  public List<String> names() {
    return names;
  }

  /** Whether a row may have "not a number" in place of this feature. */
  public boolean mayBeMissing(String feature) {
    Column column = columns.get(feature);
    return column != null && column.missing() != null;
  }

  /** Names of the columns that come out, such as {@code size}, {@code hour<6}, {@code tier=2}. */
  public List<String> outputs() {
    List<String> outputs = new ArrayList<>();
    names.stream().filter(name -> !column(name).isExpanded()).forEach(outputs::add);
    names.stream().filter(name -> column(name).flagged()).forEach(n -> outputs.add(n + " missing"));
    for (String name : names) {
      List<Float> bounds = column(name).bounds();
      List<Float> values = column(name).values();
      if (bounds != null) {
        outputs.add(name + "<" + bounds.get(0));
        bounds.forEach(bound -> outputs.add(name + ">=" + bound));
      } else if (values != null) {
        values.forEach(value -> outputs.add(name + "=" + value));
      }
    }
    return outputs;
  }

  /**
   * The block, with means and deviations of these rows.
   *
   * @param rows raw rows, one after the other
   */
  public PreprocessingBlock fit(float[] rows) {
    int width = names.size();
    if (rows.length == 0 || rows.length % width != 0) {
      throw new IllegalArgumentException(
          rows.length + " values are not rows of " + width + " features");
    }
    float[] mean = new float[width];
    float[] scale = new float[width];
    for (int c = 0; c < width; c++) {
      scale[c] = 1;
      Column column = column(names.get(c));
      if (column.standardised()) {
        fit(column, rows, c, mean, scale);
      }
    }
    return new PreprocessingBlock(List.copyOf(columns.values()), mean, scale);
  }

  private void fit(Column column, float[] rows, int at, float[] mean, float[] scale) {
    double sum = 0;
    double squares = 0;
    int count = rows.length / names.size();
    for (int i = at; i < rows.length; i += names.size()) {
      sum += column.prepared(rows[i]);
    }
    mean[at] = (float) (sum / count);
    for (int i = at; i < rows.length; i += names.size()) {
      double difference = column.prepared(rows[i]) - sum / count;
      squares += difference * difference;
    }
    float deviation = (float) Math.sqrt(squares / count);
    if (!Float.isFinite(deviation)) {
      throw new IllegalArgumentException(
          "feature " + names.get(at) + " is missing in a row; say missing(...) for it");
    }
    scale[at] = deviation == 0 ? 1 : deviation;
  }

  /** The steps of each feature that has some. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    columns.forEach(
        (name, column) -> {
          if (!column.equals(Column.PLAIN)) {
            parts.add(name + ": " + column.described());
          }
        });
    return String.join("; ", parts);
  }

  private Preprocessing change(String feature, UnaryOperator<Column> change) {
    columns.put(feature, change.apply(column(feature)));
    return this;
  }

  private Column column(String feature) {
    Column column = columns.get(feature);
    if (column == null) {
      throw new IllegalArgumentException("no feature " + feature + " among " + names);
    }
    return column;
  }

  private static List<Float> floats(String feature, double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException(feature + " needs at least one value");
    }
    List<Float> floats = new ArrayList<>();
    for (double value : values) {
      floats.add(finite(feature, value));
    }
    return floats;
  }

  private static float finite(String feature, double value) {
    if (!Float.isFinite((float) value)) {
      throw new IllegalArgumentException(feature + " needs finite numbers, found " + value);
    }
    return (float) value;
  }
}
