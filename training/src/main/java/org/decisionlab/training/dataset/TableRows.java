// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.dataset;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * Columns of a Tablesaw table as plain numbers. A column that is absent or of another type, and a
 * value that is missing or not finite, are refused by column and row.
 */
public final class TableRows {

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");

  private TableRows() {}

  /**
   * Numeric columns, row after row, as float32.
   *
   * @param columns names of the columns, in the order wanted
   * @return {@code rowCount * columns.size()} values
   * @throws IllegalArgumentException when a column or a value is refused; rows are counted from 0
   */
  public static float[] features(Table table, List<String> columns) {
    return features(table, columns, name -> false);
  }

  /**
   * Numeric columns, row after row, as float32; what is missing is "not a number".
   *
   * @param columns names of the columns, in the order wanted
   * @param mayBeMissing in which of them a value may be missing
   * @return {@code rowCount * columns.size()} values
   * @throws IllegalArgumentException when a column or a value is refused; rows are counted from 0
   */
  public static float[] features(
      Table table, List<String> columns, Predicate<String> mayBeMissing) {
    int width = columns.size();
    float[] values = new float[Math.multiplyExact(table.rowCount(), width)];
    for (int c = 0; c < width; c++) {
      NumericColumn<?> column = numeric(table, columns.get(c));
      boolean open = mayBeMissing.test(columns.get(c));
      for (int row = 0; row < table.rowCount(); row++) {
        boolean missing = open && column.isMissing(row);
        values[row * width + c] = missing ? Float.NaN : finite(column, row);
      }
    }
    return values;
  }

  /**
   * One numeric column.
   *
   * @throws IllegalArgumentException when the column or a value is refused; rows are counted from 0
   */
  public static double[] values(Table table, String name) {
    NumericColumn<?> column = numeric(table, name);
    double[] values = new double[table.rowCount()];
    for (int row = 0; row < values.length; row++) {
      finite(column, row);
      values[row] = column.getDouble(row);
    }
    return values;
  }

  /**
   * One numeric column, some of whose values may be missing.
   *
   * @param whenMissing stands for a missing value
   * @throws IllegalArgumentException when the column is refused
   */
  public static double[] valuesOr(Table table, String name, double whenMissing) {
    NumericColumn<?> column = numeric(table, name);
    double[] values = new double[table.rowCount()];
    for (int row = 0; row < values.length; row++) {
      values[row] = column.isMissing(row) ? whenMissing : column.getDouble(row);
    }
    return values;
  }

  /**
   * A column of yes and no: boolean, or numeric with 1 and 0.
   *
   * @throws IllegalArgumentException when the column or a value is refused; rows are counted from 0
   */
  public static boolean[] labels(Table table, String name) {
    Column<?> column = column(table, name);
    boolean[] labels = new boolean[table.rowCount()];
    for (int row = 0; row < labels.length; row++) {
      if (column.isMissing(row)) {
        throw refused(name, row, "missing");
      }
      labels[row] = label(column, row);
    }
    return labels;
  }

  /**
   * A column of classes: their names, or numbers. Where the names are numbers, a number stands for
   * the class of this name; else numbers count the classes from 0.
   *
   * @param classes names of the classes, in order
   * @return for each row the place of its class
   * @throws IllegalArgumentException when the column or a value is refused; rows are counted from 0
   */
  public static int[] classes(Table table, String name, List<String> classes) {
    Column<?> column = column(table, name);
    List<Double> numbers = column instanceof NumericColumn ? numbers(classes) : List.of();
    int[] found = new int[table.rowCount()];
    for (int row = 0; row < found.length; row++) {
      if (column.isMissing(row)) {
        throw refused(name, row, "missing");
      }
      if (column instanceof StringColumn text) {
        found[row] = classes.indexOf(text.get(row));
      } else if (column instanceof NumericColumn<?> number) {
        found[row] = numbers.indexOf(number.getDouble(row) + 0.0);
      } else {
        throw wrongType(column, "text or numeric");
      }
      if (found[row] < 0) {
        throw refused(
            name,
            row,
            "'%s' is none of the classes %s, nor their number from 0"
                .formatted(column.getString(row), classes));
      }
    }
    return found;
  }

  /** The numbers that stand for classes: their names where all are numbers, else their places. */
  private static List<Double> numbers(List<String> classes) {
    List<Double> names = new ArrayList<>();
    List<Double> places = new ArrayList<>();
    int differing = 0;
    for (int i = 0; i < classes.size(); i++) {
      places.add((double) i);
      if (NUMBER.matcher(classes.get(i).strip()).matches()) {
        double name = Double.parseDouble(classes.get(i)) + 0.0;
        names.add(name);
        differing += name == i ? 0 : 1;
      }
    }
    boolean all = names.size() == classes.size();
    if ((all && new HashSet<>(names).size() < names.size()) || (!all && differing > 0)) {
      throw new IllegalArgumentException(
          "which of the classes %s a number stands for is not clear; name all of them by different numbers, or none"
              .formatted(classes));
    }
    return all ? names : places;
  }

  private static boolean label(Column<?> column, int row) {
    double value;
    if (column instanceof BooleanColumn yesNo) {
      value = yesNo.getByte(row);
    } else if (column instanceof NumericColumn<?> number) {
      value = number.getDouble(row);
    } else {
      throw wrongType(column, "boolean or numeric with 0 and 1");
    }
    if (value != 0 && value != 1) {
      throw refused(column.name(), row, value + ", a label is 0 or 1");
    }
    return value == 1;
  }

  private static float finite(NumericColumn<?> column, int row) {
    if (column.isMissing(row)) {
      throw refused(column.name(), row, "missing");
    }
    float value = (float) column.getDouble(row);
    if (!Float.isFinite(value)) {
      throw refused(column.name(), row, column.getDouble(row) + ", not a finite float32");
    }
    return value;
  }

  private static NumericColumn<?> numeric(Table table, String name) {
    Column<?> column = column(table, name);
    if (column instanceof NumericColumn<?> numeric) {
      return numeric;
    }
    throw wrongType(column, "numeric");
  }

  private static Column<?> column(Table table, String name) {
    if (!table.containsColumn(name)) {
      throw new IllegalArgumentException(
          "table '%s' has no column '%s'; it has %s"
              .formatted(table.name(), name, table.columnNames()));
    }
    return table.column(name);
  }

  private static IllegalArgumentException wrongType(Column<?> column, String expected) {
    return new IllegalArgumentException(
        "column '%s' is %s, expected %s".formatted(column.name(), column.type().name(), expected));
  }

  private static IllegalArgumentException refused(String column, int row, String found) {
    return new IllegalArgumentException("column '%s', row %d: %s".formatted(column, row, found));
  }
}
