// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.xxhash64;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.access.ReadLimits;
import org.decisionlab.core.access.ReadReport;
import org.decisionlab.core.feature.FeatureMap;
import tech.tablesaw.api.Table;

/**
 * Access records that were read, kept by Spark in memory and on disk until closed.
 *
 * <p>Columns of {@link #records()}: {@code lfn} as the source writes it, {@code file} the same
 * cleaned, {@code file_group} its dataset or folder, {@code size_bytes}, {@code read_bytes}, {@code
 * opened_at}, {@code closed_at}, {@code site}, {@code user}, {@code protocol}, {@code
 * job_started_at}, {@code job_ended_at}, {@code job_cpu_seconds}, {@code job_io_seconds}, {@code
 * sequence} the order of the sources. Null where the source is silent.
 */
public final class AccessTable implements AutoCloseable {

  /** Most rows that are brought into this process as one table. */
  static final int MAX_LOCAL_ROWS = 2_000_000;

  private static final int TASKS_PER_CORE = 4;

  private final Dataset<Row> kept;
  private final ReadReport report;

  private AccessTable(Dataset<Row> kept, ReadReport report) {
    this.kept = kept;
    this.report = report;
  }

  /** Reads every file once; each task reads whole files. */
  static AccessTable read(SparkSession spark, List<InputFile> files, ReadLimits limits)
      throws UnreadableAccessesException {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    int tasks = Math.min(files.size(), TASKS_PER_CORE * context.defaultParallelism());
    JavaRDD<Row> rows =
        context.parallelize(files, tasks).mapPartitions(those -> FileRows.inTask(those, limits));
    Dataset<Row> kept =
        spark.createDataFrame(rows, RecordRows.SCHEMA).persist(StorageLevel.MEMORY_AND_DISK());
    boolean good = false;
    try {
      AccessTable table = new AccessTable(kept, sum(outcomes(kept)));
      good = true;
      return table;
    } finally {
      if (!good) {
        kept.unpersist();
      }
    }
  }

  private static List<FileOutcome> outcomes(Dataset<Row> kept) {
    List<FileOutcome> outcomes = new ArrayList<>();
    for (Row row : kept.select("outcome").where(col("outcome").isNotNull()).collectAsList()) {
      outcomes.add(FileOutcome.of(row.getAs(0)));
    }
    outcomes.sort(Comparator.comparingInt(FileOutcome::index));
    return outcomes;
  }

  private static ReadReport sum(List<FileOutcome> outcomes) throws UnreadableAccessesException {
    ReadReport sum = ReadReport.EMPTY;
    List<String> failures = new ArrayList<>();
    for (FileOutcome outcome : outcomes) {
      sum = sum.plus(outcome.report());
      String failure = outcome.failure();
      if (failure != null) {
        failures.add(failure);
      }
    }
    if (!failures.isEmpty()) {
      throw new UnreadableAccessesException(failures, sum);
    }
    return sum;
  }

  /** The records, one row each, in no particular order. */
  public Dataset<Row> records() {
    return rows().select(RecordRows.PUBLIC);
  }

  /** What became of the rows of all files. */
  public ReadReport report() {
    return report;
  }

  /** Popularity, reuse gaps and traffic per day, for a first look. */
  public AccessProfile profile() {
    return new ProfileQueries(rows()).profile();
  }

  /**
   * Some records drawn at random, the same ones each time, in the order of the sources.
   *
   * @param count how many at most
   */
  public Table sample(int count) {
    if (count < 0 || count > MAX_LOCAL_ROWS) {
      throw new IllegalArgumentException(
          "a sample has 0 to " + MAX_LOCAL_ROWS + " rows, not " + count);
    }
    Dataset<Row> drawn =
        rows().orderBy(xxhash64(col("sequence"), lit("sample")), col("sequence")).limit(count);
    return LocalTable.of("sample", drawn.orderBy("sequence").select(RecordRows.PUBLIC));
  }

  /**
   * All records by time, simultaneous ones in the order of the sources, fetched as they are asked
   * for.
   */
  public Stream<AccessRecord> inTimeOrder() {
    var rows = rows().orderBy("opened_us", "sequence").toLocalIterator();
    int traits = Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.IMMUTABLE;
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(rows, traits), false)
        .map(RecordRows::record);
  }

  /**
   * The features of every record, its label, and the part of the split that it belongs to.
   *
   * @param map which features, in which order
   * @param horizon how soon a file must be opened again to count as reused
   * @param split how the time is divided
   * @throws IllegalArgumentException when there are no records or the horizon is not positive
   */
  public FeatureTable features(FeatureMap map, Duration horizon, TimeSplit split) {
    if (horizon.isNegative() || horizon.isZero()) {
      throw new IllegalArgumentException("the horizon must be positive: " + horizon);
    }
    Row range = rows().agg(min("opened_us"), max("opened_us")).first();
    if (range.isNullAt(0)) {
      throw new IllegalArgumentException("there are no records to make features of: " + report);
    }
    Instant first = RecordRows.instant(range.getLong(0));
    TimeWindows windows = split.over(first, RecordRows.instant(range.getLong(1)));
    return FeatureTable.of(rows(), report, new FeatureRows(map, horizon, windows));
  }

  /** Rows in the shape of {@link RecordRows#SCHEMA} that are records. */
  private Dataset<Row> rows() {
    return kept.where(col("outcome").isNull());
  }

  /** What was read. */
  @Override
  public String toString() {
    return "access records of " + report;
  }

  /** Lets go of what Spark keeps; the table can still be used, but is read again each time. */
  @Override
  public void close() {
    kept.unpersist();
  }
}
