// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.decisionlab.kernel.display.CellText;
import org.decisionlab.kernel.display.DisplayLimits;
import org.decisionlab.kernel.display.HtmlTable;
import org.decisionlab.kernel.display.TableView;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/** The first rows of a dataset as a table. */
final class DatasetTable {

  private static final int MORE = 200;
  private static final int BYTES = 16;

  private DatasetTable() {}

  /** Computes the first rows: one Spark job. How many more there are is not known without all. */
  static TableView of(Dataset<?> dataset, DisplayLimits limits) {
    StructField[] all = dataset.schema().fields();
    List<StructField> fields = Arrays.stream(all).limit(limits.columns()).toList();
    List<Row> taken = dataset.toDF().takeAsList(limits.rows() + 1);
    int shown = Math.min(limits.rows(), taken.size());
    List<List<String>> rows = new ArrayList<>();
    for (Row row : taken.subList(0, shown)) {
      List<String> cells = new ArrayList<>();
      for (int i = 0; i < fields.size(); i++) {
        cells.add(CellText.of(java(row.get(i)), limits.digits()));
      }
      rows.add(cells);
    }
    boolean moreRows = taken.size() > shown;
    return new TableView(
        fields.stream().map(DatasetTable::column).toList(),
        rows,
        new TableView.Rest(
            moreRows ? TableView.Rest.UNKNOWN : 0,
            all.length - fields.size(),
            how(moreRows, Math.max(MORE, limits.rows() * 10), all.length - fields.size())));
  }

  private static HtmlTable.Column column(StructField field) {
    return new HtmlTable.Column(
        field.name(), field.dataType().simpleString(), field.dataType() instanceof NumericType);
  }

  /** The code that shows more of it. */
  private static String how(boolean rows, int most, int columns) {
    String display =
        "display(dataset, limits()"
            + (rows ? ".rows(" + most + ")" : "")
            + (columns > 0 ? ".columns(" + (DisplayLimits.STANDARD.columns() + columns) + ")" : "")
            + ")";
    return rows ? "%%sql -n " + most + ", or " + display : columns > 0 ? display : "";
  }

  /** What Spark returns for nested values, as Java has it. */
  private static @Nullable Object java(@Nullable Object value) {
    if (value instanceof Row row) {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      for (int i = 0; i < row.size(); i++) {
        fields.put(
            row.schema() == null ? "_" + (i + 1) : row.schema().apply(i).name(), java(row.get(i)));
      }
      return fields;
    }
    if (value instanceof scala.collection.Iterable<?>
        && !(value instanceof scala.collection.Map<?, ?>)) {
      List<@Nullable Object> elements = new ArrayList<>();
      for (Object each : CollectionConverters.asJava((scala.collection.Iterable<?>) value)) {
        elements.add(java(each));
      }
      return elements;
    }
    if (value instanceof scala.collection.Map<?, ?> map) {
      Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
      CollectionConverters.asJava(map).forEach((key, each) -> entries.put(java(key), java(each)));
      return entries;
    }
    return value instanceof byte[] bytes ? hex(bytes) : value;
  }

  private static String hex(byte[] bytes) {
    String shown =
        HexFormat.of().withUpperCase().formatHex(bytes, 0, Math.min(bytes.length, BYTES));
    return shown + (bytes.length > BYTES ? "... (" + bytes.length + " bytes)" : "");
  }
}
