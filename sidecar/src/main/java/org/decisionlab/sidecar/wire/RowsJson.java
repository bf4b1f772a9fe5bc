// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.decisionlab.sidecar.fault.RefusedException;

/**
 * Reads rows in the forms that servers of models commonly take: a list of rows, each a list of
 * numbers or an object by names, or an object of columns by names.
 */
public final class RowsJson {

  private RowsJson() {}

  /**
   * Rows one after the other.
   *
   * @param list rows, all of them lists of numbers or all of them objects; a list of numbers is one
   *     row a number, as for a model of one input
   * @param what how the list is called, for messages
   */
  public static Rows rows(JsonNode list, String what) {
    return told(reading -> rows(list, what, reading));
  }

  /** Rows, and their numbers as they are written, read when they are asked for. */
  private static Rows told(Function<Reading, Rows> reader) {
    Rows rows = reader.apply(StrictJson::float32OrMissing);
    return new Rows(
        rows.names(),
        rows.values(),
        () -> {
          Written written = new Written();
          return written.at(reader.apply(written).values());
        });
  }

  private static Rows rows(JsonNode list, String what, Reading reading) {
    if (!list.isArray() || list.isEmpty()) {
      throw RefusedException.malformed("'" + what + "' must be a list of rows, not empty");
    }
    return list.get(0).isObject() ? named(list, what, reading) : positional(list, what, reading);
  }

  /**
   * Columns by name, or a list of rows.
   *
   * @param what how the value is called, for messages
   */
  public static Rows columns(JsonNode value, String what) {
    return told(reading -> columns(value, what, reading));
  }

  private static Rows columns(JsonNode value, String what, Reading reading) {
    if (value.isArray()) {
      return rows(value, what, reading);
    }
    if (!value.isObject() || value.isEmpty()) {
      throw RefusedException.malformed(
          "'" + what + "' must be a list of rows, or an object of columns by their names");
    }
    List<String> names = new ArrayList<>();
    List<float[]> columns = new ArrayList<>();
    for (Map.Entry<String, JsonNode> member : value.properties()) {
      names.add(member.getKey());
      columns.add(column(member.getValue(), what + "." + member.getKey(), reading));
    }
    return transposed(names, columns, what);
  }

  /** One row as TFaaS writes it: {@code values}, and their names as {@code keys}. */
  public static Rows keyed(JsonNode root) {
    return told(reading -> keyed(root, reading));
  }

  private static Rows keyed(JsonNode root, Reading reading) {
    List<String> names = new ArrayList<>();
    JsonNode keys = root.path("keys");
    if (!keys.isMissingNode() && !keys.isNull() && !keys.isArray()) {
      throw RefusedException.malformed(
          "'keys' must be a list of names, found " + StrictJson.shown(keys));
    }
    for (JsonNode key : keys) {
      if (!key.isTextual()) {
        throw RefusedException.malformed(
            "keys[" + names.size() + "] must be text, found " + StrictJson.shown(key));
      }
      names.add(key.asText());
    }
    if (!root.path("values").isArray()) {
      throw RefusedException.malformed("the row has no 'values'");
    }
    float[] values = column(root.path("values"), "values", reading);
    if (!names.isEmpty() && names.size() != values.length) {
      throw RefusedException.malformed(names.size() + " keys for " + values.length + " values");
    }
    return read(names, new float[][] {values});
  }

  /** Columns of the same length as rows. */
  static Rows transposed(List<String> names, List<float[]> columns, String what) {
    int count = columns.get(0).length;
    float[][] rows = new float[count][columns.size()];
    for (int c = 0; c < columns.size(); c++) {
      if (columns.get(c).length != count) {
        throw RefusedException.malformed(
            "'"
                + what
                + "' has columns of different lengths: "
                + names.get(0)
                + " "
                + count
                + ", "
                + names.get(c)
                + " "
                + columns.get(c).length);
      }
      for (int r = 0; r < count; r++) {
        rows[r][c] = columns.get(c)[r];
      }
    }
    return read(names, rows);
  }

  private static Rows read(List<String> names, float[][] values) {
    return new Rows(names, values, Rounding.NONE);
  }

  private static Rows named(JsonNode list, String what, Reading reading) {
    List<String> names = new ArrayList<>();
    list.get(0).fieldNames().forEachRemaining(names::add);
    float[][] rows = new float[list.size()][names.size()];
    for (int r = 0; r < rows.length; r++) {
      String where = what + "[" + r + "]";
      JsonNode row = list.get(r);
      if (!row.isObject() || row.size() != names.size()) {
        throw RefusedException.malformed(
            where + " must be an object with the names of the first one: " + names);
      }
      for (int c = 0; c < names.size(); c++) {
        JsonNode value = row.get(names.get(c));
        if (value == null) {
          throw RefusedException.malformed(where + " has no '" + names.get(c) + "'");
        }
        rows[r][c] = scalar(value, where + "." + names.get(c), reading);
      }
    }
    return read(names, rows);
  }

  private static Rows positional(JsonNode list, String what, Reading reading) {
    float[][] rows = new float[list.size()][];
    for (int r = 0; r < rows.length; r++) {
      String where = what + "[" + r + "]";
      rows[r] = column(list.get(r), where, reading);
      if (rows[r].length != rows[0].length) {
        throw RefusedException.malformed(
            where + " has " + rows[r].length + " numbers, the rows before " + rows[0].length);
      }
    }
    return read(List.of(), rows);
  }

  /** Numbers of a list, nested lists one after the other; a number alone is a list of one. */
  static float[] column(JsonNode value, String where, Reading reading) {
    if (!value.isArray()) {
      return new float[] {reading.read(value, where)};
    }
    List<Float> numbers = new ArrayList<>(value.size());
    flatten(value, where, reading, numbers);
    float[] column = new float[numbers.size()];
    for (int i = 0; i < column.length; i++) {
      column[i] = numbers.get(i);
    }
    return column;
  }

  /** How a value is read; the text is where it is, for messages. */
  @FunctionalInterface
  interface Reading {
    float read(JsonNode value, String where);
  }

  static void flatten(JsonNode value, String where, Reading reading, List<Float> numbers) {
    for (int i = 0; i < value.size(); i++) {
      JsonNode each = value.get(i);
      if (each.isArray()) {
        flatten(each, where + "[" + i + "]", reading, numbers);
      } else {
        numbers.add(reading.read(each, where + "[" + i + "]"));
      }
    }
  }

  /** A number, or the only number of a list. */
  private static float scalar(JsonNode value, String where, Reading reading) {
    JsonNode only = value.isArray() && value.size() == 1 ? value.get(0) : value;
    return reading.read(only, where);
  }
}
