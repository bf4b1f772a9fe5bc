// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.timestamp_micros;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.access.JobTimes;
import org.decisionlab.core.name.LogicalFileName;
import org.jspecify.annotations.Nullable;

/**
 * Access records as rows. Inside, times are microseconds since 1970, so that no time zone or date
 * setting of the session can touch them; {@link #PUBLIC} shows them as timestamps.
 */
final class RecordRows {

  /** Columns of a record, then the outcome, which is null but in the last row of a file. */
  static final StructType SCHEMA =
      new StructType()
          .add("lfn", DataTypes.StringType)
          .add("file", DataTypes.StringType)
          .add("file_group", DataTypes.StringType)
          .add("size_bytes", DataTypes.LongType)
          .add("read_bytes", DataTypes.LongType)
          .add("opened_us", DataTypes.LongType)
          .add("closed_us", DataTypes.LongType)
          .add("site", DataTypes.StringType)
          .add("user", DataTypes.StringType)
          .add("protocol", DataTypes.StringType)
          .add("job_started_us", DataTypes.LongType)
          .add("job_ended_us", DataTypes.LongType)
          .add("job_cpu_seconds", DataTypes.DoubleType)
          .add("job_io_seconds", DataTypes.DoubleType)
          .add("sequence", DataTypes.LongType)
          .add("outcome", DataTypes.BinaryType);

  /** What the user sees. */
  static final Column[] PUBLIC = {
    col("lfn"),
    col("file"),
    col("file_group"),
    col("size_bytes"),
    col("read_bytes"),
    timestamp_micros(col("opened_us")).as("opened_at"),
    timestamp_micros(col("closed_us")).as("closed_at"),
    col("site"),
    col("user"),
    col("protocol"),
    timestamp_micros(col("job_started_us")).as("job_started_at"),
    timestamp_micros(col("job_ended_us")).as("job_ended_at"),
    col("job_cpu_seconds"),
    col("job_io_seconds"),
    col("sequence")
  };

  private RecordRows() {}

  static Row of(AccessRecord access, long sequence) {
    LogicalFileName name = LogicalFileName.parse(access.lfn());
    JobTimes job = access.job();
    return RowFactory.create(
        access.lfn(),
        name.path(),
        name.group(),
        access.sizeBytes(),
        access.readBytes(),
        micros(access.openedAt()),
        micros(access.closedAt()),
        access.site(),
        access.user(),
        access.protocol(),
        job == null ? null : micros(job.startedAt()),
        job == null ? null : micros(job.endedAt()),
        job == null ? null : job.cpuSeconds(),
        job == null ? null : job.ioSeconds(),
        sequence,
        null);
  }

  static Row of(FileOutcome outcome, long sequence) {
    @Nullable Object[] values = new @Nullable Object[SCHEMA.size()];
    values[SCHEMA.fieldIndex("sequence")] = sequence;
    values[SCHEMA.fieldIndex("outcome")] = outcome.toBytes();
    return RowFactory.create(values);
  }

  /** The record of a row in the shape of {@link #SCHEMA}. */
  static AccessRecord record(Row row) {
    Instant opened = instant(row, "opened_us");
    if (opened == null) {
      throw new IllegalArgumentException("not the row of a record: " + row);
    }
    JobTimes job =
        new JobTimes(
            instant(row, "job_started_us"),
            instant(row, "job_ended_us"),
            value(row, "job_cpu_seconds", Double.class),
            value(row, "job_io_seconds", Double.class));
    return new AccessRecord(
        row.getString(SCHEMA.fieldIndex("lfn")),
        value(row, "size_bytes", Long.class),
        value(row, "read_bytes", Long.class),
        opened,
        instant(row, "closed_us"),
        value(row, "site", String.class),
        value(row, "user", String.class),
        value(row, "protocol", String.class),
        job.equals(new JobTimes(null, null, null, null)) ? null : job);
  }

  static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  static long microsOf(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }

  private static @Nullable Long micros(@Nullable Instant instant) {
    return instant == null ? null : (Long) microsOf(instant);
  }

  private static @Nullable Instant instant(Row row, String column) {
    Long micros = value(row, column, Long.class);
    return micros == null ? null : instant(micros);
  }

  private static <T> @Nullable T value(Row row, String column, Class<T> type) {
    return type.cast(row.get(SCHEMA.fieldIndex(column)));
  }
}
