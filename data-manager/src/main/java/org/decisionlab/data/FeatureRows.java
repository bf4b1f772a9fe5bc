// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Optional;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.feature.FeatureMap;
import org.decisionlab.core.feature.FileHistory;
import org.decisionlab.core.feature.ReuseLabel;
import org.decisionlab.core.name.LogicalFileName;
import org.jspecify.annotations.Nullable;

/**
 * Turns records, sorted by group and time, into rows of features. Each group has a history of its
 * own, which gives the same answers as one history of all records in time order.
 *
 * @param map the features
 * @param horizon how soon counts as reused
 * @param windows the split
 */
record FeatureRows(FeatureMap map, Duration horizon, TimeWindows windows)
    implements MapPartitionsFunction<Row, Row> {

  /** Columns that {@link #call} expects, in this order. */
  static final String[] INPUT = {
    "lfn", "file_group", "size_bytes", "opened_us", "next_us", "sequence"
  };

  /** Columns before the features. */
  static final int FIXED = 8;

  /** Columns of the result. */
  StructType schema() {
    StructType schema =
        new StructType()
            .add("opened_us", DataTypes.LongType)
            .add("lfn", DataTypes.StringType)
            .add("size_bytes", DataTypes.LongType)
            .add("label", DataTypes.BooleanType)
            .add("known_us", DataTypes.LongType)
            .add("split", DataTypes.StringType)
            .add("sequence", DataTypes.LongType)
            .add("forgotten", DataTypes.LongType);
    for (String name : map.names()) {
      schema = schema.add(name, DataTypes.FloatType, false);
    }
    return schema;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new Iterator<>() {
      private @Nullable String group;
      private FileHistory history = new FileHistory();

      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Row next() {
        Row row = rows.next();
        if (!row.getString(1).equals(group)) {
          group = row.getString(1);
          history = new FileHistory();
        }
        return featuresOf(row, history);
      }
    };
  }

  private Row featuresOf(Row row, FileHistory history) {
    String lfn = row.getString(0);
    Long size = row.isNullAt(2) ? null : (Long) row.getLong(2);
    Instant opened = RecordRows.instant(row.getLong(3));
    Instant next = row.isNullAt(4) ? null : RecordRows.instant(row.getLong(4));
    AccessRecord access = AccessRecord.of(lfn, opened, size);
    LogicalFileName name = LogicalFileName.parse(lfn);
    float[] vector = map.vectorOf(access, name, history.before(name, opened));
    long forgotten = history.truncations();
    if (!history.add(name, access)) {
      throw new IllegalStateException("records of one group are not in time order at " + access);
    }
    Optional<ReuseLabel> label = ReuseLabel.of(opened, next, horizon, windows.until());

    @Nullable Object[] values = new @Nullable Object[FIXED + vector.length];
    values[0] = row.getLong(3);
    values[1] = lfn;
    values[2] = size;
    values[3] = label.map(ReuseLabel::reused).orElse(null);
    values[4] = label.map(known -> RecordRows.microsOf(known.knownFrom())).orElse(null);
    values[5] = windows.of(opened, horizon).word();
    values[6] = row.getLong(5);
    values[7] = history.truncations() - forgotten;
    for (int i = 0; i < vector.length; i++) {
      values[FIXED + i] = vector[i];
    }
    return RowFactory.create(values);
  }
}
