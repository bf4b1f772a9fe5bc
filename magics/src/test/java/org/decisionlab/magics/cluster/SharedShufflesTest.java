// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.decisionlab.kernel.testing.KernelClient.Run;
import org.decisionlab.testbed.spark.SparkHome;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Actions that need what an action in the background is still computing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SharedShufflesTest {

  private SparkKernel kernel;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    kernel = SparkKernel.start(SparkHome.create(CellsOnSpark.SPARK_HOME), folder);
  }

  @AfterAll
  void close() {
    kernel.close();
  }

  private void session() {
    kernel.ok("%spark stop");
    kernel.session("local[4]");
  }

  /** A cell begins to write a shuffle with k = 1; its tasks wait for a file. */
  private void begin(String made) {
    kernel.ok("int k = 1;\nString gate = Files.createTempDirectory(\"gate\").toString();");
    kernel.ok(
        """
        var summed = ints.mapToPair(x -> {
          Files.writeString(Path.of(gate, "begun"), "");
          while (!Files.exists(Path.of(gate, "open"))) { Thread.onSpinWait(); }
          return new scala.Tuple2<>(x % 2, x * k);
        }).reduceByKey(Integer::sum).values()MADE;
        """
            .replace("MADE", made));
    kernel.ok(
        """
        var first = summed.collectAsync();
        while (!Files.exists(Path.of(gate, "begun"))) { Thread.onSpinWait(); }
        """);
  }

  private void refused(String cell) {
    Run run = kernel.client().execute(cell);
    assertThat(run.status()).as(cell + " -> " + run).isEqualTo("error");
    assertThat(run.trace())
        .as(cell)
        .contains("'k' changed while a job of Cell")
        .contains("get() of its future");
  }

  @Test
  void anActionThatWouldGetFormerValuesIsRefusedUntilTheFirstHasEnded() {
    session();
    begin("");
    kernel.ok("k = 10;");
    refused("summed.collect()");
    refused("summed.map(x -> x + 1).count()");
    refused("summed.collectAsync()");
    refused(
        """
        spark.createDataFrame(summed.map(n -> org.apache.spark.sql.RowFactory.create(n)),
            new org.apache.spark.sql.types.StructType().add("n", "int")).count()
        """);
    assertThat(kernel.ok("ints.map(x -> x * k).isEmpty()").result())
        .as("an action that does not need it")
        .isEqualTo("false");
    Run ended =
        kernel.ok(
            "Files.createFile(Path.of(gate, \"open\"));\nfirst.get().stream().sorted().toList()");
    assertThat(ended.result()).isEqualTo("[4, 6]");
    assertThat(ended.stream("stderr")).isEmpty();
    Run again = kernel.ok("summed.collect().stream().sorted().toList()");
    assertThat(again.result()).isEqualTo("[40, 60]");
    assertThat(again.stream("stderr")).isEmpty();
  }

  @Test
  void anActionThatNoCellCallsItselfIsCancelledWithTheSameWords() {
    session();
    begin("");
    kernel.ok("k = 10;");
    refused("summed.getClass().getMethod(\"collect\").invoke(summed)");
    assertThat(
            kernel
                .ok(
                    "Files.createFile(Path.of(gate, \"open\"));\n"
                        + "first.get().stream().sorted().toList()")
                .result())
        .as("the first goes on")
        .isEqualTo("[4, 6]");
  }

  @Test
  void actionsShareWhatWasBegunWithTheValuesOfNow() {
    session();
    begin("");
    Run second = kernel.ok("k = 10;\nk = 1;\nvar second = summed.collectAsync();\nk = 10;");
    assertThat(second.stream("stderr")).isEmpty();
    Run ended =
        kernel.ok(
            """
            Files.createFile(Path.of(gate, "open"));
            Stream.of(first.get(), second.get()).map(a -> a.stream().sorted().toList()).toList()
            """);
    assertThat(ended.result()).isEqualTo("[[4, 6], [4, 6]]");
    assertThat(ended.stream("stderr")).isEmpty();
    assertThat(kernel.ok("summed.collect().stream().sorted().toList()").result())
        .isEqualTo("[40, 60]");
  }

  @Test
  void belowWhatIsCachedTheCellSaysWhatHasChanged() {
    session();
    begin(".cache()");
    Run second = kernel.ok("k = 10;\nvar second = summed.collectAsync();");
    assertThat(second.stream("stderr")).as("it still runs").isEmpty();
    Run ended =
        kernel.ok(
            """
            Files.createFile(Path.of(gate, "open"));
            first.get();
            second.get().stream().sorted().toList()
            """);
    assertThat(ended.result()).isEqualTo("[4, 6]");
    assertThat(ended.stream("stderr")).contains("'k' changed after");
  }

  @Test
  void aDatasetWhoseQueryIsAtWorkIsPlannedAnew() {
    session();
    kernel.ok("int k = 1;\nString gate = Files.createTempDirectory(\"gate\").toString();");
    kernel.ok(
        """
        var starts = new java.util.concurrent.CountDownLatch(2);
        class Starts extends org.apache.spark.scheduler.SparkListener {
          @Override
          public void onOtherEvent(org.apache.spark.scheduler.SparkListenerEvent event) {
            if (event instanceof org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionStart) {
              starts.countDown();
            }
          }
        }
        sc.sc().addSparkListener(new Starts());
        var sum = spark.range(4).map((MapFunction<Long, Long>) x -> {
          Files.writeString(Path.of(gate, "begun"), "");
          while (!Files.exists(Path.of(gate, "open"))) { Thread.onSpinWait(); }
          return x * k;
        }, Encoders.LONG()).groupBy().sum("value");
        var got = new java.util.concurrent.CompletableFuture<Long>();
        """);
    kernel.ok(
        """
        new Thread(() -> got.complete(sum.collectAsList().get(0).getLong(0))).start();
        while (!Files.exists(Path.of(gate, "begun"))) { Thread.onSpinWait(); }
        """);
    Run second =
        kernel.ok(
            """
            k = 10;
            var opener = new Thread(() -> {
              try {
                starts.await(2, java.util.concurrent.TimeUnit.MINUTES);
                Files.createFile(Path.of(gate, "open"));
              } catch (Exception e) {
                e.printStackTrace();
              }
            });
            opener.start();
            sum.collectAsList().get(0).getLong(0) + " " + got.get()
            """);
    assertThat(second.result()).isEqualTo("60 6");
    assertThat(second.stream("stderr")).isEmpty();
  }
}
