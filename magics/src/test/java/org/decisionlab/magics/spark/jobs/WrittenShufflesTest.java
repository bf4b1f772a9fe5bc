// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import scala.Tuple2;

/** Shuffles are forgotten beside Spark's own cleaner, which takes those that nothing refers to. */
class WrittenShufflesTest {

  /** In the JVM of the tasks, which is this one. */
  private static final AtomicInteger MAPPED = new AtomicInteger();

  private JavaSparkContext spark;
  private WrittenShuffles written;

  @BeforeEach
  void start() {
    MAPPED.set(0);
    spark =
        new JavaSparkContext(
            new SparkConf()
                .setMaster("local[1]")
                .setAppName("written shuffles")
                .set("spark.ui.enabled", "false"));
    written = new WrittenShuffles(spark.sc());
  }

  @AfterEach
  void stop() {
    spark.stop();
  }

  private JavaRDD<Integer> sums() {
    return spark
        .parallelize(List.of(1, 2, 3, 4), 2)
        .mapToPair(
            n -> {
              MAPPED.incrementAndGet();
              return new Tuple2<>(n % 2, n);
            })
        .reduceByKey(Integer::sum)
        .values();
  }

  private static int shuffleOf(JavaRDD<?> data) {
    return WrittenShuffles.of(data).keySet().iterator().next();
  }

  @Test
  void whatIsForgottenIsWrittenAnew() {
    JavaRDD<Integer> sums = sums();
    assertThat(sums.collect()).containsExactlyInAnyOrder(4, 6);
    assertThat(sums.collect()).containsExactlyInAnyOrder(4, 6);
    assertThat(MAPPED).as("Spark keeps what the shuffle wrote").hasValue(4);

    written.forget(shuffleOf(sums));
    assertThat(sums.collect()).containsExactlyInAnyOrder(4, 6);
    assertThat(MAPPED).hasValue(8);
  }

  @Test
  void whatTheCleanerTookIsForgottenAlready() {
    JavaRDD<Integer> sums = sums();
    sums.collect();
    int taken = shuffleOf(sums);
    assertThat(written.has(taken)).isTrue();
    spark.sc().cleaner().get().doCleanupShuffle(taken, true);
    assertThat(written.has(taken)).isFalse();

    written.forget(taken);
    assertThat(written.all()).doesNotContain(taken);
  }
}
