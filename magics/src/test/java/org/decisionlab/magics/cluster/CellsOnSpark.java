// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.decisionlab.kernel.testing.KernelClient.Run;
import org.decisionlab.testbed.spark.SparkHome;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of cells, run on one master by one kernel: a cell means the same wherever its lambdas
 * run. Every row has names of its own, so that rows do not meet.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class CellsOnSpark {

  /** What executors run from. */
  static final Path SPARK_HOME = Path.of("target", "spark-home");

  /** Pattern of the names of the rows to run, to try some of them out. */
  private static final String ONLY = System.getProperty("decisionlab.cells.only", ".*");

  /** Whether no row is left out: it is asked for, or the rows have been chosen by name. */
  private static final boolean FULL =
      Boolean.getBoolean("decisionlab.cells.full") || !ONLY.equals(".*");

  private SparkKernel kernel;

  /** What has not come to an end: a kernel runs one cell after the other. */
  private String hanging = "";

  /** Starts a kernel for the rows of the table; the session is still to be started. */
  final SparkKernel open(Path folder) throws IOException {
    kernel = SparkKernel.start(SparkHome.create(SPARK_HOME), folder);
    return kernel;
  }

  static Stream<CellCase> cells() {
    return Stream.of(
            VariableCells.all(),
            FunctionCells.all(),
            TypeCells.all(),
            RedeclaredCells.all(),
            ReplannedCells.all(),
            DatasetCells.all(),
            RecordCells.all(),
            ObjectCells.all(),
            EnumCells.all(),
            LanguageCells.all(),
            CallCells.all(),
            QueryCells.all(),
            ActionCells.all(),
            KeptCells.all(),
            RefusalCells.all())
        .flatMap(List::stream)
        .filter(each -> each.name().matches(ONLY));
  }

  /**
   * Some rows of the table, all of them with {@code -Ddecisionlab.cells.full=true} or where rows
   * are chosen by name.
   *
   * @param step how many rows one stands for
   * @param first number of the first row, below {@code step}
   */
  static Stream<CellCase> some(int step, int first) {
    List<CellCase> all = cells().toList();
    return IntStream.range(0, all.size()).filter(i -> FULL || i % step == first).mapToObj(all::get);
  }

  @ParameterizedTest
  @MethodSource("cells")
  void aCellMeansWhatPlainJavaMeans(CellCase row) {
    for (String before : row.before()) {
      Run run = run(before);
      assertThat(run.status()).as(before + "\n" + traceOf(run)).isEqualTo("ok");
    }
    Run run = run(row.cell());
    if (row.fails()) {
      assertThat(run.status()).as(row.cell() + " -> " + run).isEqualTo("error");
      assertThat(run.trace()).contains(row.messages());
    } else {
      assertThat(run.status()).as(row.cell() + "\n" + traceOf(run)).isEqualTo("ok");
      assertThat(run.result()).as(row.cell()).isEqualTo(row.value().get());
      if (row.messages().isEmpty()) {
        assertThat(run.stream("stderr")).as(row.cell()).isEmpty();
      } else {
        assertThat(run.stream("stderr")).contains(row.messages());
      }
    }
  }

  @AfterAll
  final void close() {
    try {
      if (kernel != null) {
        kernel.close();
      }
    } finally {
      closeCluster();
    }
  }

  /** Ends what the kernel has used, after the kernel. */
  void closeCluster() {}

  private Run run(String cell) {
    assertThat(hanging).as("the cell that hangs").isEmpty();
    hanging = cell;
    Run run = kernel.client().execute(cell);
    hanging = "";
    return run;
  }

  private static String traceOf(Run run) {
    return run.status().equals("error") ? run.trace() : "";
  }
}
