// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Encoders;
import org.decisionlab.data.UnsupportedMasterException;
import org.decisionlab.kernel.display.DisplayLimits;
import org.decisionlab.kernel.display.TableView;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SparkServiceTest {

  private static final SparkService SPARK = new SparkService();

  @AfterAll
  static void end() {
    SPARK.close();
  }

  @Test
  void startsOnceAnswersSqlAndTellsItsState() throws AnalysisException {
    var session = SPARK.session();
    assertThat(SPARK.session()).isSameAs(session);
    assertThat(SPARK.status().toString()).contains("Spark 4.1.1 on local[*]");
    session
        .createDataset(List.of("a<b", "c", "d"), Encoders.STRING())
        .createOrReplaceTempView("names");
    TableView table = first(2, "SELECT value, 1 AS n FROM names");
    assertThat(table.rows()).hasSize(2);
    assertThat(table.toHtml())
        .contains("a&lt;b", "string", "more rows: %%sql -n 200, or display(dataset, limits().rows")
        .doesNotContain("a<b");
    assertThat(table.toText()).startsWith("value     n\nstring  int\na<b       1");
    assertThat(first(3, "SELECT value FROM names").toHtml()).doesNotContain("more rows");
  }

  @Test
  void valuesInTablesAreThoseOfJava() throws AnalysisException {
    TableView table =
        first(
            1,
            """
            SELECT 1 / 3D AS real, CAST(0.1 AS FLOAT) AS single, 1.50BD AS exact, NULL AS nothing,
              array(1, 2) AS list, map('k', array(0.5D)) AS map, named_struct('a', 1, 'b', 'x') AS row,
              unhex('00FF') AS bytes, unhex(repeat('AB', 20)) AS many, DATE '2026-01-02' AS day
            """);
    assertThat(table.rows().get(0))
        .containsExactly(
            "0.333333",
            "0.1",
            "1.50",
            "null",
            "[1, 2]",
            "{k=[0.5]}",
            "{a=1, b=x}",
            "00FF",
            "AB".repeat(16) + "... (20 bytes)",
            "2026-01-02");
    assertThat(table.columns().stream().filter(each -> each.number()).map(each -> each.name()))
        .containsExactly("real", "single", "exact");
  }

  private static TableView first(int rows, String sql) throws AnalysisException {
    return DatasetTable.of(SPARK.sql(sql, Map.of()), DisplayLimits.STANDARD.rows(rows));
  }

  @Test
  void aSessionOfTheCellsIsThatOfTheMagics() {
    SparkService other = new SparkService();
    assertThat(other.session()).isSameAs(SPARK.session());
    assertThat(other.status().running()).isTrue();
  }

  @Test
  void settingsThatComeTooLateAreRefused() {
    SPARK.session();
    assertThatThrownBy(() -> SPARK.session(SPARK.master(), Map.of("spark.executor.memory", "7g")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("spark.executor.memory is not set");
    assertThat(SPARK.session(SPARK.master(), Map.of("spark.sql.session.timeZone", "UTC")))
        .isSameAs(SPARK.session());
    assertThatThrownBy(() -> SPARK.session("local[1]", Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stop it first");
  }

  @Test
  void aValueThatSparkCannotReadIsToldWithItsSetting() {
    SPARK.stop();
    assertThatThrownBy(() -> SPARK.session("local[1]", Map.of("spark.executor.memory", "lots")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("spark.executor.memory=lots")
        .hasMessageContaining("E.g. 50b, 100k, or 250m");
    assertThat(SPARK.session().version()).isEqualTo("4.1.1");
  }

  @Test
  void columnsThatAreNotShownAreCounted() throws AnalysisException {
    String many = IntStream.range(0, 60).mapToObj(i -> i + " AS c" + i).collect(joining(", "));
    TableView table = first(5, "SELECT " + many);
    assertThat(table.toHtml())
        .contains("c39", "20 more columns: display(dataset, limits().columns(60))")
        .doesNotContain("c40");
  }

  @Test
  void aMasterThatNothingTakesIsRefused() {
    assertThatThrownBy(() -> SPARK.session("yarn", Map.of()))
        .isInstanceOf(UnsupportedMasterException.class)
        .hasMessageContaining("no cluster manager");
  }

  @Test
  void aRunningSessionKeepsItsSettings() {
    String setting = "spark.sql.shuffle.partitions";
    String before = SPARK.session().conf().get(setting);
    assertThat(SPARK.session(SparkService.DEFAULT_MASTER, Map.of(setting, before)))
        .isSameAs(SPARK.session());
    assertThatThrownBy(() -> SPARK.session(SparkService.DEFAULT_MASTER, Map.of(setting, "77")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(setting + " is '" + before + "'")
        .hasMessageContaining("stop it first");
    assertThat(SPARK.session().conf().get(setting)).isEqualTo(before);
  }

  @Test
  void whatTheUserHasSetStaysSet() throws AnalysisException {
    String setting = "spark.sql.shuffle.partitions";
    var session = SPARK.session();
    String before = session.conf().get(setting);
    session.conf().set(setting, "7");
    session.conf().set("spark.sql.session.timeZone", "Asia/Tokyo");
    try {
      SPARK.sql("SELECT 1", Map.of()).count();
      assertThat(SPARK.session().conf().get(setting)).isEqualTo("7");
      assertThat(session.conf().get("spark.sql.session.timeZone")).isEqualTo("Asia/Tokyo");
      assertThatThrownBy(() -> SPARK.session("local[1]", Map.of()))
          .hasMessageContaining("stop it first");
      assertThat(session.conf().get(setting)).isEqualTo("7");
    } finally {
      session.conf().set(setting, before);
      session.conf().set("spark.sql.session.timeZone", "UTC");
    }
  }

  @Test
  void withoutASessionThereIsNothingToStop() {
    SparkService fresh = new SparkService();
    fresh.stop();
    assertThat(fresh.status()).isEqualTo(SparkStatus.NONE);
    assertThat(fresh.stop()).isFalse();
    assertThat(fresh.status().toString()).contains("%spark start");
  }
}
