// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.decisionlab.kernel.testing.KernelClient;
import org.decisionlab.kernel.testing.KernelProcess;
import org.decisionlab.testbed.spark.SparkHome;
import org.decisionlab.testbed.spark.StandaloneSpark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code %spark start} and the end of sessions and kernels, on a cluster of processes. */
class SparkMagicOnClusterTest {

  @Test
  void sessionsStartOnTheClusterAndLeaveNothingOnItsMaster(@TempDir Path folder) throws Exception {
    SparkHome home = SparkHome.create(CellsOnSpark.SPARK_HOME);
    Path logs = Path.of("target", "standalone-magic");
    try (StandaloneSpark cluster =
            StandaloneSpark.start(home, logs, new StandaloneSpark.Size(1, 2, 1200));
        SparkKernel kernel = SparkKernel.start(home, folder)) {
      String start =
          "%spark start --master "
              + cluster.master()
              + " --conf spark.cores.max=2 --conf spark.executor.memory=512m";
      assertThat(kernel.ok(start).result()).contains("on " + cluster.master());
      assertThat(kernel.ok("spark.conf().get(\"spark.sql.shuffle.partitions\")").result())
          .contains("6");
      assertThat(
              kernel
                  .ok("spark.range(0, 1000, 1, 4).selectExpr(\"id % 7 AS k\").distinct().count()")
                  .result())
          .isEqualTo("7");
      assertThat(kernel.ok("%spark jobs").result()).contains("done");
      kernel.ok("%spark stop");
      awaitActive(cluster, kernel, 0);
      aProfileFixesHostAndPortsOfTheDriver(cluster, kernel, folder);
      kernel.ok("%spark stop");
      awaitActive(cluster, kernel, 0);
      kernel.ok(start);
      awaitActive(cluster, kernel, 1);
      kernel.process().handle().destroy();
      awaitActive(cluster, kernel, 0);
    }
  }

  /** As in a pod that opens a few ports: executors reach the driver on them alone. */
  private static void aProfileFixesHostAndPortsOfTheDriver(
      StandaloneSpark cluster, SparkKernel kernel, Path folder) throws IOException {
    int first = freePort();
    Files.writeString(
        Files.createDirectory(folder.resolve("decisionlab")).resolve("spark-profiles.yaml"),
        """
        profiles:
          pod:
            master: %s
            driver-host: 127.0.0.1
            driver-port: %d-%d
            block-manager-port: %d-%d
            conf: {spark.cores.max: 1, spark.executor.memory: 512m}
        """
            .formatted(cluster.master(), first, first + 7, first + 8, first + 15));
    assertThat(kernel.ok("%spark start --profile pod").result()).contains("on " + cluster.master());
    String port = "Integer.parseInt(spark.sparkContext().getConf().get(\"spark.driver.port\"))";
    assertThat(Integer.parseInt(kernel.ok(port).result())).isBetween(first, first + 7);
    assertThat(
            kernel.ok("int by = 3;\nsc.parallelize(List.of(1, 2), 2).map(x -> x * by).collect()"))
        .extracting(KernelClient.Run::result)
        .isEqualTo("[3, 6]");
    assertThat(kernel.ok("spark.conf().get(\"spark.sql.adaptive.enabled\")").result())
        .contains("true");
  }

  /** A port with a few free ones behind it, most likely. */
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Math.min(socket.getLocalPort(), 65_000);
    }
  }

  private static void awaitActive(StandaloneSpark cluster, SparkKernel kernel, int applications)
      throws Exception {
    List<StandaloneSpark.Application> known = List.of();
    long end = System.nanoTime() + KernelProcess.PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      known = cluster.applications();
      if (known.stream().filter(StandaloneSpark.Application::active).count() == applications) {
        return;
      }
      kernel.client().poll(Duration.ofMillis(200), message -> false);
    }
    assertThat(known).filteredOn(StandaloneSpark.Application::active).hasSize(applications);
  }
}
