// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.timestamp_micros;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.storage.StorageLevel;
import org.decisionlab.core.access.ReadReport;
import org.decisionlab.core.feature.FeatureMap;
import tech.tablesaw.api.Table;

/**
 * One row of features for every access record, kept by Spark in memory and on disk until closed.
 *
 * <p>Columns of {@link #rows()}: {@code opened_at}, {@code lfn}, {@code size_bytes}, {@code label}
 * (opened again within the horizon; null while that is not known), {@code label_known_from}, {@code
 * split} ({@link Split#word()}), {@code sequence} (of the access record), then one float column per
 * feature, by its name.
 */
public final class FeatureTable implements AutoCloseable {

  private final Dataset<Row> kept;
  private final FeatureRows recipe;
  private final FeatureReport report;

  private FeatureTable(Dataset<Row> kept, FeatureRows recipe, FeatureReport report) {
    this.kept = kept;
    this.recipe = recipe;
    this.report = report;
  }

  static FeatureTable of(Dataset<Row> records, ReadReport read, FeatureRows recipe) {
    // Openings later than this one: newest first, everything above it, but not its own instant.
    WindowSpec later =
        Window.partitionBy("file_group", "file")
            .orderBy(col("opened_us").desc())
            .rangeBetween(Window.unboundedPreceding(), -1);
    int partitions =
        Integer.parseInt(records.sparkSession().conf().get("spark.sql.shuffle.partitions"));
    Dataset<Row> kept =
        records
            .withColumn("next_us", min("opened_us").over(later))
            .selectExpr(FeatureRows.INPUT)
            .repartition(partitions, col("file_group"))
            .sortWithinPartitions("file_group", "opened_us", "sequence")
            .mapPartitions(recipe, Encoders.row(recipe.schema()))
            .persist(StorageLevel.MEMORY_AND_DISK());
    boolean good = false;
    try {
      FeatureTable table = new FeatureTable(kept, recipe, report(kept, read, recipe));
      good = true;
      return table;
    } finally {
      if (!good) {
        kept.unpersist();
      }
    }
  }

  private static FeatureReport report(Dataset<Row> kept, ReadReport read, FeatureRows recipe) {
    Map<Split, SplitCount> counts = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      counts.put(split, new SplitCount(0, 0));
    }
    long unlabelled = 0;
    long forgotten = 0;
    Column positive = coalesce(col("label").cast("long"), lit(0L));
    for (Row row :
        kept.groupBy("split")
            .agg(count(lit(1)), count(col("label")), sum(positive), sum("forgotten"))
            .collectAsList()) {
      Split split = Split.of(row.getString(0));
      counts.put(split, new SplitCount(row.getLong(1), row.getLong(3)));
      unlabelled += row.getLong(1) - row.getLong(2);
      forgotten += row.getLong(4);
    }
    return new FeatureReport(read, counts, unlabelled, forgotten, recipe.windows());
  }

  /** The rows, in no particular order. */
  public Dataset<Row> rows() {
    return kept.select(columns().toArray(Column[]::new));
  }

  /** How many rows there are of what, and why some are not used. */
  public FeatureReport report() {
    return report;
  }

  /** The features, in the order of the columns. */
  public FeatureMap featureMap() {
    return recipe.map();
  }

  /** The windows of the split. */
  public TimeWindows windows() {
    return recipe.windows();
  }

  /**
   * The rows of one part, by time, as a table in this process.
   *
   * @throws IllegalStateException when the part is empty, or larger than fits here
   */
  public Table toTablesaw(Split split) {
    long rows = report.counts(split).rows();
    if (rows == 0) {
      throw new IllegalStateException(
          "no rows in "
              + split.word()
              + ": a row counts when its horizon of "
              + recipe.horizon()
              + " ends within its own window. "
              + report);
    }
    if (rows > AccessTable.MAX_LOCAL_ROWS) {
      throw new IllegalStateException(
          rows
              + " rows in "
              + split.word()
              + " are more than the "
              + AccessTable.MAX_LOCAL_ROWS
              + " that are brought into this process; take fewer days, or work on rows()");
    }
    Dataset<Row> part =
        kept.where(col("split").equalTo(split.word())).orderBy("opened_us", "sequence");
    return LocalTable.of(split.word(), part.select(columns().toArray(Column[]::new)));
  }

  private List<Column> columns() {
    List<Column> columns = new ArrayList<>();
    columns.add(timestamp_micros(col("opened_us")).as("opened_at"));
    columns.add(col("lfn"));
    columns.add(col("size_bytes"));
    columns.add(col("label"));
    columns.add(timestamp_micros(col("known_us")).as("label_known_from"));
    columns.add(col("split"));
    columns.add(col("sequence"));
    recipe.map().names().forEach(name -> columns.add(col(name)));
    return columns;
  }

  /** Lets go of what Spark keeps; the table can still be used, but is worked out again. */
  @Override
  public void close() {
    kept.unpersist();
  }
}
