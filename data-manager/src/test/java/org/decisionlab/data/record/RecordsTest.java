// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.decisionlab.data.LocalSpark;
import org.decisionlab.data.record.Shapes.Access;
import org.decisionlab.data.record.Shapes.Count;
import org.decisionlab.data.record.Shapes.Price;
import org.decisionlab.data.record.Shapes.Site;
import org.decisionlab.data.record.Shapes.Tier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordsTest {

  private static final SparkSession SPARK = LocalSpark.session("local[4]", Map.of());

  /** Every kind of component, with and without a value, there and back. */
  @Test
  void randomRecordsComeBackAsTheyWere() {
    long seed = new Random().nextLong();
    List<Access> accesses = accesses(seed, 300);
    Dataset<Access> dataset = Records.dataset(SPARK, accesses).repartition(3);
    assertThat(dataset.collectAsList())
        .as("seed %d", seed)
        .containsExactlyInAnyOrderElementsOf(accesses);
    Dataset<Access> mapped =
        dataset.map((MapFunction<Access, Access>) a -> a, Records.encoder(Access.class));
    assertThat(mapped.collectAsList())
        .as("seed %d, mapped", seed)
        .containsExactlyInAnyOrderElementsOf(accesses);
  }

  /** Columns have the names of the components; plain Java gives what the queries must give. */
  @Test
  void queriesByColumnNameGiveWhatPlainJavaGives() {
    long seed = new Random().nextLong();
    List<Access> accesses = accesses(seed, 200);
    Dataset<Access> dataset = Records.dataset(SPARK, accesses);
    assertThat(dataset.filter("bytes > 500 AND user IS NOT NULL AND tier = 'RAW'").count())
        .as("seed %d", seed)
        .isEqualTo(
            accesses.stream()
                .filter(a -> a.bytes() > 500 && a.user().isPresent() && a.tier() == Tier.RAW)
                .count());
    Map<String, Long> sums =
        dataset.groupBy("file").sum("bytes").collectAsList().stream()
            .collect(Collectors.toMap(row -> row.getString(0), row -> row.getLong(1)));
    assertThat(sums)
        .isEqualTo(
            accesses.stream()
                .collect(
                    Collectors.groupingBy(Access::file, Collectors.summingLong(Access::bytes))));
    List<Long> cores =
        dataset
            .map((MapFunction<Access, Long>) a -> (long) a.site().cores(), Encoders.LONG())
            .collectAsList();
    assertThat(cores)
        .containsExactlyInAnyOrderElementsOf(
            accesses.stream().map(a -> (long) a.site().cores()).toList());
    List<Count> other = List.of(new Count("f1", 7), new Count("f2", 8));
    Dataset<Row> joined = dataset.join(Records.dataset(SPARK, other).as("o"), "file");
    assertThat(joined.count())
        .isEqualTo(
            accesses.stream().filter(a -> a.file().equals("f1") || a.file().equals("f2")).count());
    assertThat(dataset.select("site.name").distinct().count())
        .isEqualTo(accesses.stream().map(a -> a.site().name()).distinct().count());
  }

  @Test
  void rowsOfATableBecomeRecordsByName() {
    Dataset<Count> counts =
        SPARK.sql("SELECT 5L AS bytes, 'x' AS file, true AS more").as(Records.encoder(Count.class));
    assertThat(counts.collectAsList()).containsExactly(new Count("x", 5));
    Dataset<Count> nothing =
        SPARK
            .sql("SELECT CAST(NULL AS BIGINT) AS bytes, 'x' AS file")
            .as(Records.encoder(Count.class));
    assertThatThrownBy(nothing::collectAsList).hasStackTraceContaining("bytes");
    Dataset<Row> without = SPARK.sql("SELECT 'x' AS file");
    assertThatThrownBy(() -> without.as(Records.encoder(Count.class)).collectAsList())
        .hasMessageContaining("bytes");
  }

  @Test
  void arraysComeBackWithTheirContents() {
    Shapes.Arrays arrays =
        new Shapes.Arrays(
            new byte[] {1, -1},
            new int[] {3, 4},
            new double[] {0.5},
            new String[] {"a", null},
            new Site[] {new Site("x", 1), null});
    Shapes.Arrays back = Records.dataset(SPARK, List.of(arrays)).collectAsList().get(0);
    assertThat(back).usingRecursiveComparison().isEqualTo(arrays);
  }

  @Test
  void nullsThatAreNoPrimitivesComeBack() {
    Count none = new Count(null, 1);
    assertThat(Records.dataset(SPARK, List.of(none)).collectAsList()).containsExactly(none);
    Price free = new Price(null);
    assertThat(Records.dataset(SPARK, List.of(free)).collectAsList()).containsExactly(free);
  }

  /** A decimal is kept to its last digit or refused; zeros at its end are not kept. */
  @Test
  void decimalsAreNeverRounded() {
    for (String kept : List.of("0.1", "0", "-123.000000000000000001", "99999999999999999999")) {
      Price price = new Price(new BigDecimal(kept));
      assertThat(Records.dataset(SPARK, List.of(price)).collectAsList()).containsExactly(price);
    }
    Price zeros = new Price(new BigDecimal("2.500"));
    assertThat(Records.dataset(SPARK, List.of(zeros)).first().amount()).isEqualTo("2.5");
    Price hundred = new Price(new BigDecimal("1E+2"));
    assertThat(Records.dataset(SPARK, List.of(hundred)).first().amount()).isEqualTo("100");
    for (String lost : List.of("1e-19", "100000000000000000000")) {
      assertThatThrownBy(
              () -> Records.dataset(SPARK, List.of(new Price(new BigDecimal(lost)))).count())
          .hasStackTraceContaining("does not fit into a column");
    }
  }

  @Test
  void listsThatAreNoDatasetsAreRefused() {
    List<Count> none = List.of();
    assertThatThrownBy(() -> Records.dataset(SPARK, none)).hasMessageContaining("empty list");
    assertThat(Records.dataset(SPARK, Count.class, none).count()).isZero();
    List<Count> hole = Arrays.asList(new Count("a", 1), null);
    assertThatThrownBy(() -> Records.dataset(SPARK, hole))
        .hasMessage("record 1 of the list is no Count: null");
    List<Record> mixed = List.of(new Count("a", 1), new Site("s", 2));
    assertThatThrownBy(() -> Records.dataset(SPARK, mixed))
        .hasMessageContaining("record 1 of the list is no Count");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Empty      | record Empty has no components
          Pair       | record Pair has type parameters
          HoldsPair  | record HoldsPair cannot be a row: component pair
          Node       | record Node holds itself, by Node
          Clash      | record Clash has two components A
          WithThread | record WithThread cannot be a row: component threads is of type java.util.List<java.lang.Thread>, of which Thread has no column type
          Raw        | component list is of type java.util.List, of which List does not say what is in it; write List<...>
          Wild       | record Wild cannot be a row: component list
          Twice      | component value
          Letter     | component letter is of type char
          Hidden     | record Hidden cannot be made by Spark, since Hidden is not public
          """)
  void whatCannotBeARowIsRefusedByName(String type, String message) throws Exception {
    Class<? extends Record> record =
        Class.forName(Shapes.class.getName() + "$" + type).asSubclass(Record.class);
    assertThatThrownBy(() -> Records.encoder(record))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private static List<Access> accesses(long seed, int count) {
    Random random = new Random(seed);
    return IntStream.range(0, count).mapToObj(i -> access(random)).toList();
  }

  private static Access access(Random random) {
    Instant instant = Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000) * 1000L);
    List<Site> sites = list(random);
    Map<String, Long> counts = new TreeMap<>();
    sites.forEach(site -> counts.put(site.name(), random.nextLong()));
    return new Access(
        "f" + random.nextInt(5),
        random.nextInt(1000),
        random.nextBoolean(),
        (byte) random.nextInt(),
        (short) random.nextInt(),
        random.nextFloat(),
        random.nextGaussian(),
        random.nextBoolean() ? null : random.nextInt(),
        random.nextBoolean() ? Tier.RAW : Tier.AOD,
        site(random),
        BigDecimal.valueOf(random.nextInt(1_000_000) * 10L + 1, random.nextInt(18)),
        instant,
        LocalDate.ofEpochDay(random.nextInt(40_000)),
        LocalDateTime.ofEpochSecond(random.nextInt(), 1000, java.time.ZoneOffset.UTC),
        Duration.ofSeconds(random.nextInt(), random.nextInt(1000) * 1000L),
        sites,
        Set.copyOf(counts.keySet()),
        counts,
        Map.of(random.nextInt(), list(random)),
        random.nextBoolean() ? Optional.empty() : Optional.of("u\u00e9" + random.nextInt(3)),
        random.nextBoolean() ? Optional.empty() : Optional.of(site(random)),
        random.nextBoolean() ? Optional.empty() : Optional.of(random.nextDouble()),
        new ArrayList<>(List.of(Optional.of(random.nextInt()), Optional.empty())));
  }

  private static List<Site> list(Random random) {
    return IntStream.range(0, random.nextInt(4)).mapToObj(i -> site(random)).toList();
  }

  private static Site site(Random random) {
    return new Site("s" + random.nextInt(4), random.nextInt(100));
  }
}
