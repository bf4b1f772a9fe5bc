// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data.record;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.SparkSession;

/**
 * Records as rows of Spark: one column for each component, of the same name.
 *
 * <p>Components may be primitives, their boxes, {@code String}, {@code BigDecimal}, enums, {@code
 * Instant}, {@code LocalDate}, {@code LocalDateTime}, {@code Duration}, {@code byte[]}, other
 * records, and of these: arrays, {@code List}, {@code Set}, {@code Map} and {@code Optional}.
 *
 * <p>What is not a primitive may be null, and an empty optional is null in its column. Spark keeps
 * times to the microsecond and cuts what is finer. A decimal comes back without trailing zeros.
 */
public final class Records {

  private Records() {}

  /**
   * How Spark makes rows of a record and records of rows. The rows may have columns in another
   * order and more of them; a null for a primitive fails the job.
   *
   * @throws IllegalArgumentException when the record, or the type of a component, cannot be a row
   *     or a column; the message names it
   */
  public static <R extends Record> Encoder<R> encoder(Class<R> type) {
    return RecordEncoders.of(type);
  }

  /**
   * A dataset of records.
   *
   * @throws IllegalArgumentException when the list is empty, since it does not tell its record, or
   *     holds null or records of several kinds; or as {@link #encoder} says
   */
  public static <R extends Record> Dataset<R> dataset(SparkSession spark, List<R> records) {
    if (records.isEmpty()) {
      throw new IllegalArgumentException(
          "an empty list does not tell what its records are; use dataset(spark, TYPE.class, list)");
    }
    R first = records.get(0);
    if (first == null) {
      throw new IllegalArgumentException("record 0 of the list is null");
    }
    @SuppressWarnings("unchecked") // A record class is final: the class of an R is that of all.
    Class<R> type = (Class<R>) first.getClass();
    return dataset(spark, type, records);
  }

  /**
   * A dataset of records of a kind; the list may be empty.
   *
   * @throws IllegalArgumentException as {@link #dataset(SparkSession, List)} says
   */
  public static <R extends Record> Dataset<R> dataset(
      SparkSession spark, Class<R> type, List<R> records) {
    for (int i = 0; i < records.size(); i++) {
      if (!type.isInstance(records.get(i))) {
        throw new IllegalArgumentException(
            "record " + i + " of the list is no " + type.getSimpleName() + ": " + records.get(i));
      }
    }
    return spark.createDataset(records, encoder(type));
  }

  /** The classes of this library that executors run; they need not be elsewhere on a cluster. */
  public static List<Class<?>> executorClasses() {
    return List.of(OptionalCodec.class, DecimalCodec.class);
  }
}
