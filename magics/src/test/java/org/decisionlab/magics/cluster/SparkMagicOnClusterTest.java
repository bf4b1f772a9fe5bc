// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
      kernel.ok(start);
      awaitActive(cluster, kernel, 1);
      kernel.process().handle().destroy();
      awaitActive(cluster, kernel, 0);
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
