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
    DatasetTable table = DatasetTable.of(SPARK.sql("SELECT value, 1 AS n FROM names", Map.of()), 2);
    assertThat(table.rows()).hasSize(2);
    assertThat(table.more()).isTrue();
    assertThat(table.toHtml())
        .contains("a&lt;b", "string", "more than these 2 rows", "display(dataset, limits()")
        .doesNotContain("a<b");
    assertThat(table.toString()).startsWith("value\tn\na<b\t1\n");
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
  void columnsThatAreNotShownAreCounted() throws AnalysisException {
    String many = IntStream.range(0, 60).mapToObj(i -> i + " AS c" + i).collect(joining(", "));
    DatasetTable table = DatasetTable.of(SPARK.sql("SELECT " + many, Map.of()), 5);
    assertThat(table.toHtml()).contains("c39", "20 more columns").doesNotContain("c40");
    assertThat(table.toString()).contains("20 more columns");
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
  void withoutASessionThereIsNothingToStop() {
    SparkService fresh = new SparkService();
    fresh.stop();
    assertThat(fresh.status()).isEqualTo(SparkStatus.NONE);
    assertThat(fresh.stop()).isFalse();
    assertThat(fresh.status().toString()).contains("%spark start");
  }
}
