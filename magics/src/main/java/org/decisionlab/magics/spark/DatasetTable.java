// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.decisionlab.kernel.display.DisplayLimits;
import org.decisionlab.kernel.display.HtmlTable;

/**
 * The first rows of a dataset, ready to be shown.
 *
 * @param fields its first columns
 * @param columns number of columns that there are
 * @param rows the rows shown, as text
 * @param more whether there are more rows; how many is not known without counting them all
 */
public record DatasetTable(
    List<StructField> fields, int columns, List<List<String>> rows, boolean more) {

  private static final int MORE = 200;

  /** Copies its lists. */
  public DatasetTable {
    fields = List.copyOf(fields);
    rows = rows.stream().map(List::copyOf).toList();
  }

  /** Computes the first rows of a dataset: one Spark job. */
  public static DatasetTable of(Dataset<?> dataset, int shown) {
    return of(dataset, DisplayLimits.STANDARD.rows(shown));
  }

  /** Computes the first rows of a dataset: one Spark job. */
  static DatasetTable of(Dataset<?> dataset, DisplayLimits limits) {
    int shown = limits.rows();
    List<StructField> fields =
        Arrays.stream(dataset.schema().fields()).limit(limits.columns()).toList();
    List<Row> taken = dataset.toDF().takeAsList(shown + 1);
    List<List<String>> rows = new ArrayList<>();
    for (Row row : taken.subList(0, Math.min(shown, taken.size()))) {
      List<String> cells = new ArrayList<>();
      for (int i = 0; i < fields.size(); i++) {
        cells.add(String.valueOf(row.get(i)));
      }
      rows.add(cells);
    }
    return new DatasetTable(fields, dataset.columns().length, rows, taken.size() > shown);
  }

  /** The table as HTML. */
  public String toHtml() {
    List<HtmlTable.Column> shown =
        fields.stream()
            .map(
                f ->
                    new HtmlTable.Column(
                        f.name(), f.dataType().simpleString(), f.dataType() instanceof NumericType))
            .toList();
    String table = HtmlTable.write(shown, rows, rows.size(), columns);
    return more ? table + "<div style=\"opacity:.7\">" + remark() + "</div>" : table;
  }

  /** The table as text, columns separated by tabs. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(String.join("\t", fields.stream().map(StructField::name).toList())).append('\n');
    rows.forEach(row -> text.append(String.join("\t", row)).append('\n'));
    if (columns > fields.size()) {
      text.append(columns - fields.size()).append(" more columns\n");
    }
    return more ? text.append(remark()).append('\n').toString() : text.toString();
  }

  private String remark() {
    return "more than these "
        + rows.size()
        + " rows (not counted): %%sql -n "
        + MORE
        + ", or display(dataset, limits().rows("
        + MORE
        + "))";
  }
}
