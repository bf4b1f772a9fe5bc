// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.decisionlab.core.access.AccessFormat;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.feature.FeatureMap;
import org.decisionlab.core.feature.FileHistory;
import org.decisionlab.core.name.LogicalFileName;
import org.decisionlab.testing.SeededAccesses;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.Table;

class FeatureTableTest {

  private static final FeatureMap MAP = FeatureMap.standard();
  private static final Duration HORIZON = Duration.ofHours(12);
  private static final TimeSplit SPLIT = TimeSplit.shares(0.6, 0.2);
  private static final String PARTITIONS = "spark.sql.shuffle.partitions";

  @TempDir Path folder;

  @AfterEach
  void settingsAsBefore() {
    Worlds.SPARK.conf().set(PARTITIONS, "12");
    Worlds.SPARK.conf().set("spark.sql.session.timeZone", "UTC");
  }

  /** Files in which the records stand in no order of time. */
  private List<Path> shuffled(List<AccessRecord> records, long seed) throws IOException {
    List<AccessRecord> order = new ArrayList<>(records);
    Collections.shuffle(order, new Random(seed));
    List<Path> files = new ArrayList<>();
    int third = order.size() / 3;
    files.add(Worlds.write(folder, "a.json", order.subList(0, third)));
    files.add(Worlds.write(folder, "b.json", order.subList(third, 2 * third)));
    files.add(Worlds.write(folder, "c.json", order.subList(2 * third, order.size())));
    return files;
  }

  /** Rows in the order in which the records stand in the files. */
  private static List<Row> rows(List<Path> files, Duration horizon) throws IOException {
    try (AccessTable records = Worlds.data().read(files);
        FeatureTable table = records.features(MAP, horizon, SPLIT)) {
      return table.rows().orderBy("sequence").collectAsList();
    }
  }

  private static float[] vector(Row row) {
    float[] vector = new float[MAP.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = row.getFloat(row.fieldIndex(MAP.names().get(i)));
    }
    return vector;
  }

  /** Spark's vectors against one history that sees all records in time order. */
  @ParameterizedTest
  @ValueSource(ints = {1, 8})
  void vectorsAreBitEqualToThoseOfOneSequentialHistory(int partitions) throws IOException {
    long seed = 20_260_701;
    List<Path> files = shuffled(SeededAccesses.inTimeOrder(seed, 20_000, 90), seed);
    List<AccessRecord> records = Worlds.readByCore(files);
    List<Integer> byTime = new ArrayList<>(IntStream.range(0, records.size()).boxed().toList());
    byTime.sort(Comparator.comparing(i -> records.get(i).openedAt()));
    float[][] expected = new float[records.size()][];
    FileHistory history = new FileHistory();
    for (int i : byTime) {
      AccessRecord record = records.get(i);
      expected[i] = MAP.vectorOf(record, history.before(record));
      assertThat(history.add(record)).isTrue();
    }

    Worlds.SPARK.conf().set(PARTITIONS, String.valueOf(partitions));
    List<Row> rows = rows(files, HORIZON);
    assertThat(rows).hasSize(20_000).hasSameSizeAs(records);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(rows.get(i).<String>getAs("lfn")).isEqualTo(records.get(i).lfn());
      assertThat(vector(rows.get(i)))
          .as("seed %d, row %d: %s", seed, i, records.get(i))
          .containsExactly(expected[i]);
    }
  }

  @Test
  void labelsAgreeWithALoopOverAllRecords() throws IOException {
    long seed = 5;
    List<Path> files = shuffled(SeededAccesses.inTimeOrder(seed, 3_000, 10), seed);
    List<AccessRecord> records = Worlds.readByCore(files);
    Map<String, TreeSet<Instant>> openings = new HashMap<>();
    TreeSet<Instant> all = new TreeSet<>();
    for (AccessRecord record : records) {
      openings
          .computeIfAbsent(LogicalFileName.parse(record.lfn()).path(), f -> new TreeSet<>())
          .add(record.openedAt());
      all.add(record.openedAt());
    }
    List<Row> rows = rows(files, HORIZON);
    int unknown = 0;
    for (int i = 0; i < rows.size(); i++) {
      Instant opened = records.get(i).openedAt();
      Instant next =
          openings.get(LogicalFileName.parse(records.get(i).lfn()).path()).higher(opened);
      Boolean label;
      Instant known;
      if (next != null && Duration.between(opened, next).compareTo(HORIZON) <= 0) {
        label = true;
        known = next;
      } else if (Duration.between(opened, all.last()).compareTo(HORIZON) >= 0) {
        label = false;
        known = opened.plus(HORIZON);
      } else {
        label = null;
        known = null;
        unknown++;
      }
      assertThat(rows.get(i).<Instant>getAs("opened_at")).isEqualTo(opened);
      assertThat(rows.get(i).<Boolean>getAs("label"))
          .as("seed %d, row %d", seed, i)
          .isEqualTo(label);
      assertThat(rows.get(i).<Instant>getAs("label_known_from")).isEqualTo(known);
    }
    assertThat(unknown).isPositive();
  }

  /** Changing everything after an instant changes no feature at or before it. */
  @Test
  void noPeeking() throws IOException {
    long seed = 6;
    List<AccessRecord> records = SeededAccesses.inTimeOrder(seed, 4_000, 30);
    Instant t = records.get(2_500).openedAt();
    List<AccessRecord> until = records.stream().filter(r -> !r.openedAt().isAfter(t)).toList();
    List<AccessRecord> after = new ArrayList<>();
    for (AccessRecord other : SeededAccesses.inTimeOrder(seed + 1, 1_000, 5)) {
      Duration since = Duration.between(records.get(0).openedAt(), other.openedAt()).abs();
      after.add(AccessRecord.of(other.lfn(), t.plusMillis(1).plus(since), 1L));
    }
    Path kept = Worlds.write(folder, "kept.json", until);
    Path one =
        Worlds.write(
            folder, "one.json", records.stream().filter(r -> r.openedAt().isAfter(t)).toList());
    Path other = Worlds.write(folder, "other.json", after);
    List<Row> before = rows(List.of(kept, one), HORIZON).subList(0, until.size());
    List<Row> changed = rows(List.of(kept, other), HORIZON).subList(0, until.size());
    for (int i = 0; i < until.size(); i++) {
      assertThat(changed.get(i).<Instant>getAs("opened_at")).isBeforeOrEqualTo(t);
      assertThat(vector(changed.get(i)))
          .as("seed %d, row %d", seed, i)
          .containsExactly(vector(before.get(i)));
    }
  }

  /** Twelve hours in three windows by hand: horizon 1 h, openings of one file. */
  @Test
  void aRowCountsWhenItsHorizonEndsWithinItsOwnWindow() throws IOException {
    Instant t0 = Instant.parse("2018-07-01T00:00:00Z");
    double[] hours = {0, 0.5, 3, 4.5, 5.8, 6, 8, 9.5, 10, 10.5, 11.5, 12};
    List<AccessRecord> records = new ArrayList<>();
    for (double hour : hours) {
      records.add(AccessRecord.of("/d/f", t0.plusSeconds((long) (hour * 3600)), 10L));
    }
    TimeSplit split = TimeSplit.at(t0.plusSeconds(6 * 3600), t0.plusSeconds(9 * 3600));
    try (AccessTable table = Worlds.data().read(Worlds.write(folder, "f", records).toString());
        FeatureTable features = table.features(MAP, Duration.ofHours(1), split)) {
      List<Row> rows = features.rows().orderBy("sequence").collectAsList();
      assertThat(rows.stream().map(row -> row.<String>getAs("split")))
          .containsExactly(
              "train",
              "train",
              "train",
              "train",
              "unmatured",
              "validation",
              "validation",
              "test",
              "test",
              "test",
              "unmatured",
              "unmatured");
      assertThat(rows.stream().map(row -> row.<Boolean>getAs("label")))
          .containsExactly(
              true, false, false, false, true, false, false, true, true, true, true, null);
      FeatureReport report = features.report();
      assertThat(report.counts(Split.TRAIN)).isEqualTo(new SplitCount(4, 1));
      assertThat(report.counts(Split.VALIDATION)).isEqualTo(new SplitCount(2, 0));
      assertThat(report.counts(Split.TEST)).isEqualTo(new SplitCount(3, 3));
      assertThat(report.counts(Split.UNMATURED)).isEqualTo(new SplitCount(3, 2));
      assertThat(report.unlabelled()).isEqualTo(1);
      assertThat(report.forgotten()).isZero();
      assertThat(report.toString()).contains("train", "4 rows,  25.0 % reused", "12 records");
    }
  }

  @Test
  void aPartAsTablesawTableInAnyTimeZone() throws IOException {
    Worlds.SPARK.conf().set("spark.sql.session.timeZone", "America/New_York");
    long seed = 7;
    List<Path> files = shuffled(SeededAccesses.inTimeOrder(seed, 2_000, 10), seed);
    FeatureMap map = MAP.select("file_idle", "size");
    try (AccessTable records = Worlds.data().read(files);
        FeatureTable features = records.features(map, HORIZON, SPLIT)) {
      Table table = features.toTablesaw(Split.TRAIN);
      assertThat(table.name()).isEqualTo("train");
      assertThat(table.columnNames())
          .containsExactly(
              "opened_at",
              "lfn",
              "size_bytes",
              "label",
              "label_known_from",
              "split",
              "sequence",
              "file_idle",
              "size");
      SplitCount count = features.report().counts(Split.TRAIN);
      assertThat((long) table.rowCount()).isEqualTo(count.rows());
      BooleanColumn label = table.booleanColumn("label");
      assertThat(label.countMissing()).isZero();
      assertThat((long) label.countTrue()).isEqualTo(count.positives());
      assertThat(table.floatColumn("size").countMissing()).isZero();
      var times = table.instantColumn("opened_at").asList();
      assertThat(times).isSorted();
      assertThat(times.get(0)).isEqualTo(features.windows().trainFrom());
      assertThat(times.get(0))
          .isEqualTo(
              Worlds.readByCore(files).stream()
                  .map(AccessRecord::openedAt)
                  .min(Comparator.naturalOrder())
                  .orElseThrow());
    }
  }

  @Test
  void refusesWhatCannotBeLearntFrom() throws IOException {
    Path file = Worlds.write(folder, "f", SeededAccesses.inTimeOrder(8, 100, 10));
    try (AccessTable records = Worlds.data().read(file.toString())) {
      assertThatThrownBy(() -> records.features(MAP, Duration.ZERO, SPLIT))
          .hasMessageContaining("the horizon must be positive");
      try (FeatureTable features = records.features(MAP, Duration.ofDays(5), SPLIT)) {
        assertThat(features.report().counts(Split.TEST).rows()).isZero();
        assertThatThrownBy(() -> features.toTablesaw(Split.TEST))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("no rows in test")
            .hasMessageContaining("PT120H");
      }
    }
    Path none = Worlds.write(folder, "none", List.of());
    try (AccessTable records =
        Worlds.data().withFormat(AccessFormat.XROOTD_JSON).read(none.toString())) {
      assertThatThrownBy(() -> records.features(MAP, HORIZON, SPLIT))
          .hasMessageContaining("there are no records");
      assertThatThrownBy(records::profile).hasMessageContaining("there are no records");
    }
  }
}
