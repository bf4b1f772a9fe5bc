// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;

import java.time.Duration;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.decisionlab.data.AccessProfile.DayTraffic;
import org.decisionlab.data.AccessProfile.GapBin;
import org.decisionlab.data.AccessProfile.GapQuantile;
import org.decisionlab.data.AccessProfile.Popularity;
import org.decisionlab.data.AccessProfile.ReuseGaps;

/** The queries behind an {@link AccessProfile}. */
final class ProfileQueries {

  private static final double[] SHARES = {0.1, 0.25, 0.5, 0.75, 0.9, 0.99};
  private static final int BINS_PER_DECADE = 5;
  private static final String MICROS_PER_DAY = "86400000000";
  private static final String MICROS_PER_HOUR = "3.6e9D";

  private final Dataset<Row> rows;

  /**
   * Asks rows in the shape of {@link RecordRows#SCHEMA}.
   *
   * @param rows the records
   */
  ProfileQueries(Dataset<Row> rows) {
    this.rows = rows;
  }

  AccessProfile profile() {
    Row total =
        rows.agg(
                count(lit(1)),
                min("opened_us"),
                max("opened_us"),
                bytes("size_bytes"),
                count(col("size_bytes")))
            .first();
    if (total.getLong(0) == 0) {
      throw new IllegalArgumentException("there are no records to look at");
    }
    Dataset<Row> files =
        rows.groupBy("file").agg(count(lit(1)).as("accesses"), max("size_bytes").as("size_bytes"));
    Row footprint = files.agg(count(lit(1)), bytes("size_bytes")).first();
    return new AccessProfile(
        total.getLong(0),
        footprint.getLong(0),
        RecordRows.instant(total.getLong(1)),
        RecordRows.instant(total.getLong(2)),
        exact(total, 3),
        exact(footprint, 1),
        total.getLong(0) - total.getLong(4),
        popularity(files),
        gaps(),
        days());
  }

  private static Popularity popularity(Dataset<Row> files) {
    List<Long> ranks = new ArrayList<>();
    List<Long> accesses = new ArrayList<>();
    long before = 0;
    for (Row row :
        files
            .groupBy("accesses")
            .agg(count(lit(1)))
            .orderBy(col("accesses").desc())
            .collectAsList()) {
      long last = before + row.getLong(1);
      ranks.add(before + 1);
      accesses.add(row.getLong(0));
      if (last > before + 1) {
        ranks.add(last);
        accesses.add(row.getLong(0));
      }
      before = last;
    }
    return new Popularity(ranks, accesses);
  }

  private ReuseGaps gaps() {
    Column previous =
        lag("opened_us", 1).over(Window.partitionBy("file").orderBy(col("opened_us")));
    Dataset<Row> gaps =
        rows.select("file", "opened_us")
            .distinct()
            .withColumn("gap_us", col("opened_us").minus(previous))
            .where(col("gap_us").isNotNull());
    Column bin =
        expr(
            "cast(floor(log10(gap_us / "
                + MICROS_PER_HOUR
                + ") * "
                + BINS_PER_DECADE
                + ") as int)");
    List<GapBin> bins = new ArrayList<>();
    long total = 0;
    for (Row row : gaps.groupBy(bin.as("bin")).agg(count(lit(1))).orderBy("bin").collectAsList()) {
      bins.add(new GapBin(edge(row.getInt(0)), edge(row.getInt(0) + 1), row.getLong(1)));
      total += row.getLong(1);
    }
    return new ReuseGaps(total, bins, total == 0 ? List.of() : quantiles(gaps));
  }

  private static double edge(int bin) {
    return Math.pow(10, bin / (double) BINS_PER_DECADE);
  }

  private static List<GapQuantile> quantiles(Dataset<Row> gaps) {
    List<String> shares = new ArrayList<>();
    for (double share : SHARES) {
      shares.add(share + "D");
    }
    String all = "array(" + String.join(", ", shares) + ")";
    List<Long> values =
        gaps.select(expr("percentile_approx(gap_us, " + all + ", 10000)")).first().getList(0);
    List<GapQuantile> quantiles = new ArrayList<>();
    for (int i = 0; i < SHARES.length; i++) {
      quantiles.add(new GapQuantile(SHARES[i], Duration.of(values.get(i), ChronoUnit.MICROS)));
    }
    return quantiles;
  }

  private List<DayTraffic> days() {
    List<DayTraffic> days = new ArrayList<>();
    for (Row row :
        rows.groupBy(expr("opened_us div " + MICROS_PER_DAY).as("day"))
            .agg(count(lit(1)), bytes("size_bytes"), bytes("read_bytes"))
            .orderBy("day")
            .collectAsList()) {
      LocalDate day = LocalDate.ofEpochDay(row.getLong(0));
      days.add(new DayTraffic(day, row.getLong(1), exact(row, 2), exact(row, 3)));
    }
    return days;
  }

  /** A sum that cannot overflow on the way. */
  private static Column bytes(String column) {
    Column wide = col(column).cast("decimal(20,0)");
    return coalesce(sum(wide), lit(0).cast("decimal(30,0)"));
  }

  /** Refuses a sum beyond the range of a long: 9.2 exabytes. */
  private static long exact(Row row, int column) {
    return row.getDecimal(column).longValueExact();
  }
}
