// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.decisionlab.testbed.spark.SparkHome;
import org.decisionlab.testbed.spark.StandaloneSpark;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The table of cells on a standalone cluster, whose executors have nothing but Spark. */
class StandaloneCellsTest extends CellsOnSpark {

  private static final Path LOGS = Path.of("target", "standalone-cells");

  private StandaloneSpark cluster;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException, InterruptedException {
    SparkHome home = SparkHome.create(SPARK_HOME);
    cluster = StandaloneSpark.start(home, LOGS, new StandaloneSpark.Size(1, 2, 1200));
    open(folder).session(cluster.master(), "spark.executor.cores=1");
  }

  /** The whole table, and what only executors refuse. */
  static Stream<CellCase> cells() {
    return Stream.concat(CellsOnSpark.cells(), RefusalCells.onExecutors().stream());
  }

  @Override
  void closeCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }
}
