// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import java.sql.Timestamp;
import java.util.Iterator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.InstantColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Rows of Spark as a Tablesaw table, fetched partition by partition; null becomes missing. */
final class LocalTable {

  private LocalTable() {}

  static Table of(String name, Dataset<Row> rows) {
    StructField[] fields = rows.schema().fields();
    Table table = Table.create(name);
    for (StructField field : fields) {
      table.addColumns(column(field));
    }
    for (Iterator<Row> all = rows.toLocalIterator(); all.hasNext(); ) {
      Row row = all.next();
      for (int i = 0; i < fields.length; i++) {
        append(table.column(i), row.get(i));
      }
    }
    return table;
  }

  private static Column<?> column(StructField field) {
    DataType type = field.dataType();
    if (type.equals(DataTypes.StringType)) {
      return StringColumn.create(field.name());
    } else if (type.equals(DataTypes.LongType)) {
      return LongColumn.create(field.name());
    } else if (type.equals(DataTypes.FloatType)) {
      return FloatColumn.create(field.name());
    } else if (type.equals(DataTypes.DoubleType)) {
      return DoubleColumn.create(field.name());
    } else if (type.equals(DataTypes.BooleanType)) {
      return BooleanColumn.create(field.name());
    } else if (type.equals(DataTypes.TimestampType)) {
      return InstantColumn.create(field.name());
    }
    throw new IllegalArgumentException("column " + field.name() + " has type " + type);
  }

  private static void append(Column<?> column, @Nullable Object value) {
    if (value == null) {
      column.appendMissing();
    } else {
      // Sessions differ in the class they show timestamps as.
      column.appendObj(value instanceof Timestamp time ? time.toInstant() : value);
    }
  }
}
