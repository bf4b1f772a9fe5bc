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

/** What Spark keeps, where events are lost, are too many, or come after the end of their cell. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeptShufflesTest {

  private SparkKernel kernel;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    kernel = SparkKernel.start(SparkHome.create(CellsOnSpark.SPARK_HOME), folder);
  }

  @AfterAll
  void close() {
    kernel.close();
  }

  private void session(String... settings) {
    kernel.ok("%spark stop");
    kernel.session("local[2]", settings);
  }

  @Test
  void whereEventsOfSparkWereLostAllIsComputedAnew() {
    session("spark.scheduler.listenerbus.eventqueue.capacity=4");
    kernel.ok(
        """
        var gate = new java.util.concurrent.CountDownLatch(1);
        var shut = new java.util.concurrent.CountDownLatch(1);
        class Gate extends org.apache.spark.scheduler.SparkListener {
          @Override
          public void onJobStart(org.apache.spark.scheduler.SparkListenerJobStart start) {
            shut.countDown();
            try {
              gate.await(2, java.util.concurrent.TimeUnit.MINUTES);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        }
        sc.sc().addSparkListener(new Gate());
        """);
    kernel.ok("int lost = 1;\nints.count();\nshut.await();");
    kernel.ok(
        """
        var lossy = ints.mapToPair(x -> new scala.Tuple2<>(x % 2, x * lost))
            .reduceByKey(Integer::sum).values();
        """);
    assertThat(kernel.ok("lossy.collect().stream().sorted().toList()").result())
        .isEqualTo("[4, 6]");
    kernel.ok("gate.countDown();");
    kernel.ok("lost = 10;");
    assertThat(kernel.ok("lossy.collect().stream().sorted().toList()").result())
        .isEqualTo("[40, 60]");
    kernel.ok("lost = 100;");
    assertThat(kernel.ok("lossy.collect().stream().sorted().toList()").result())
        .isEqualTo("[400, 600]");
  }

  @Test
  void aStageWhoseEndWasLostDoesNotRunForEver() {
    session("spark.scheduler.listenerbus.eventqueue.capacity=4");
    kernel.ok(
        """
        int unheard = 1;
        String way = Files.createTempDirectory("way").resolve("free").toString();
        var half = sc.parallelize(List.of(1), 1).map(x -> {
          while (!Files.exists(Path.of(way))) { Thread.onSpinWait(); }
          return x;
        });
        var deaf = new java.util.concurrent.CountDownLatch(1);
        class Deaf extends org.apache.spark.scheduler.SparkListener {
          @Override
          public void onStageSubmitted(
              org.apache.spark.scheduler.SparkListenerStageSubmitted begun) {
            if (begun.stageInfo().shuffleDepId().isDefined()) {
              try {
                deaf.await(2, java.util.concurrent.TimeUnit.MINUTES);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }
          }
        }
        sc.sc().addSparkListener(new Deaf());
        """);
    kernel.ok("var meanwhile = half.collectAsync();");
    kernel.ok(
        """
        var muffled = ints.mapToPair(x -> new scala.Tuple2<>(x % 2, x * unheard))
            .reduceByKey(Integer::sum).values();
        """);
    assertThat(kernel.ok("muffled.collect().stream().sorted().toList()").result())
        .isEqualTo("[4, 6]");
    kernel.ok("deaf.countDown();");
    assertThat(kernel.ok("sc.parallelize(List.of(1), 1).count()").result())
        .as("it is noticed while another job runs")
        .isEqualTo("1");
    kernel.ok("Files.createFile(Path.of(way));\nmeanwhile.get();\nunheard = 10;");
    assertThat(kernel.ok("muffled.collect().stream().sorted().toList()").result())
        .isEqualTo("[40, 60]");
  }

  @Test
  void aJobThatEndsAfterItsCellIsToldOfInTheNextOne() {
    session();
    kernel.ok(
        """
        int past = 1;
        String sign = Files.createTempDirectory("sign").resolve("go").toString();
        var stays = ints.mapToPair(x -> new scala.Tuple2<>(x % 2, x * past))
            .reduceByKey(Integer::sum).values().cache();
        stays.count();
        """);
    kernel.ok("past = 10;");
    Run begun =
        kernel.ok(
            """
            var later = stays.map(x -> {
              while (!Files.exists(Path.of(sign))) { Thread.onSpinWait(); }
              return x;
            }).collectAsync();
            """);
    assertThat(begun.stream("stderr")).as("its job still runs").isEmpty();
    Run next =
        kernel.ok("Files.createFile(Path.of(sign));\nlater.get().stream().sorted().toList()");
    assertThat(next.result()).isEqualTo("[4, 6]");
    assertThat(next.stream("stderr"))
        .contains("'past' changed after")
        .contains("a job of Cell")
        .contains("which ended after that cell");
    assertThat(kernel.ok("1 + 1").stream("stderr")).as("once").isEmpty();
  }

  @Test
  void whatIsMoreThanCanBeRememberedIsComputedAnew() {
    session();
    kernel.ok(
        """
        int many = 1;
        var all = new ArrayList<JavaRDD<Integer>>();
        for (int i = 0; i < 1005; i++) {
          var one = sc.parallelize(List.of(1, 2), 1)
              .mapToPair(x -> new scala.Tuple2<>(1, x * many)).reduceByKey(Integer::sum, 1).values();
          one.count();
          all.add(one);
        }
        """);
    Run same = kernel.ok("List.of(all.get(0).first(), all.get(1004).first())");
    assertThat(same.result()).isEqualTo("[3, 3]");
    kernel.ok("many = 10;");
    Run changed =
        kernel.ok("Stream.of(0, 1, 4, 5, 500, 1004).map(i -> all.get(i).first()).toList()");
    assertThat(changed.result()).isEqualTo("[30, 30, 30, 30, 30, 30]");
    assertThat(changed.stream("stderr")).isEmpty();
  }

  @Test
  void anExtensionInstalledTwiceAndUninstalledLeavesTheOther() {
    session();
    kernel.ok(
        """
        var self = org.dflib.jjava.jupyter.kernel.BaseKernel.notebookKernel();
        var second = new org.decisionlab.magics.spark.SparkExtension();
        second.install(self);
        second.uninstall(self);
        """);
    session();
    kernel.ok(
        """
        int twice = 1;
        var once = ints.mapToPair(x -> new scala.Tuple2<>(x % 2, x * twice))
            .reduceByKey(Integer::sum).values();
        once.collect();
        """);
    kernel.ok("twice = 10;");
    Run run = kernel.ok("once.collect().stream().sorted().toList()");
    assertThat(run.result()).isEqualTo("[40, 60]");
    assertThat(run.stream("stderr")).isEmpty();
  }
}
