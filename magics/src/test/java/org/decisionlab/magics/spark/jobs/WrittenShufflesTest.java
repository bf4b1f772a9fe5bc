// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.MapOutputTrackerMaster;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Shuffles are forgotten beside Spark's own cleaner, which takes those that nothing refers to. */
class WrittenShufflesTest {

  private static final List<Integer> NUMBERS = List.of(1, 2, 3, 4);

  private JavaSparkContext spark;
  private WrittenShuffles written;
  private JavaRDD<Integer> data;
  private int shuffle;

  @BeforeEach
  void start() {
    spark =
        new JavaSparkContext(
            new SparkConf()
                .setMaster("local[1]")
                .setAppName("written shuffles")
                .set("spark.ui.enabled", "false"));
    written = new WrittenShuffles(spark.sc());
    data = spark.parallelize(NUMBERS, 2).repartition(3);
    shuffle = WrittenShuffles.of(data).keySet().iterator().next();
    assertThat(data.collect()).containsExactlyInAnyOrderElementsOf(NUMBERS);
    assertThat(outputs()).isEqualTo(2);
  }

  @AfterEach
  void stop() {
    spark.stop();
  }

  private int outputs() {
    return ((MapOutputTrackerMaster) spark.sc().env().mapOutputTracker())
        .getNumAvailableOutputs(shuffle);
  }

  @Test
  void whatIsForgottenIsWrittenAnew() {
    written.forget(shuffle);
    assertThat(outputs()).isZero();
    assertThat(data.collect()).containsExactlyInAnyOrderElementsOf(NUMBERS);
    assertThat(outputs()).isEqualTo(2);
  }

  @Test
  void whatTheCleanerTookIsForgottenAlready() {
    spark.sc().cleaner().get().doCleanupShuffle(shuffle, true);
    assertThat(written.has(shuffle)).isFalse();

    written.forget(shuffle);
    assertThat(written.all()).doesNotContain(shuffle);
  }
}
