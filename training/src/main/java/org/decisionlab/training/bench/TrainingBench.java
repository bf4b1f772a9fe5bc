// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.decisionlab.core.feature.FeatureMap;
import org.decisionlab.models.bundle.ModelBundle;
import org.decisionlab.training.EpochResult;
import org.decisionlab.training.Preprocessing;
import org.decisionlab.training.TrainedModel;
import org.decisionlab.training.TrainingRun;
import org.decisionlab.training.evaluation.Threshold;
import org.decisionlab.training.export.ModelExport;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.Table;

/**
 * Measures epochs of a net 20-64-32-1 over 100,000 rows, batch 256, alone and beside two processes
 * that are always busy, and exports of it, self-check included. Prints one line of JSON. The
 * environment decides: run it with and without {@code OMP_WAIT_POLICY=PASSIVE}, and with {@code
 * OMP_NUM_THREADS}.
 */
public final class TrainingBench {

  private static final FeatureMap FEATURES = FeatureMap.standard();
  private static final int ROWS = 100_000;
  private static final int COLUMNS = 20;
  private static final int VALIDATION_ROWS = 1_000;
  private static final int WARM_UP = 2;
  private static final int NEIGHBOURS = 2;
  private static final int EXPORTS = 5;

  /** After this time a series of epochs ends with the one under way. */
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private TrainingBench() {}

  /**
   * Measures.
   *
   * @param arguments number of measured epochs, 5 unless given; where threads spin while they wait,
   *     each may last minutes, so a series ends with the epoch in which a minute is over
   */
  public static void main(String[] arguments) throws IOException {
    int epochs = arguments.length == 0 ? 5 : Integer.parseInt(arguments[0]);
    Table train = table(ROWS, 1);
    Table validation = table(VALIDATION_ROWS, 2);
    List<Double> quiet = epochs(train, validation, epochs);
    List<Process> neighbours = new ArrayList<>();
    List<Double> busy;
    try {
      for (int i = 0; i < NEIGHBOURS; i++) {
        // Each ends by itself, whatever becomes of this program.
        neighbours.add(
            new ProcessBuilder("timeout", "300", "sh", "-c", "while :; do :; done").start());
      }
      busy = epochs(train, validation, epochs);
    } finally {
      neighbours.forEach(Process::destroy);
    }
    Exports exports = exports(train, validation);
    System.out.printf(
        Locale.ROOT,
        "{\"rows\": %d, \"columns\": %d, \"batch\": 256, \"omp_wait_policy\": \"%s\","
            + " \"omp_num_threads\": \"%s\", \"epoch_quiet_s\": %.3f, \"epoch_busy_s\": %.3f,"
            + " \"busy_over_quiet\": %.2f, \"busy_epochs\": %d, \"export_first_s\": %.3f,"
            + " \"export_first_cpu_s\": %.3f, \"export_later_s\": %.3f,"
            + " \"epochs_quiet_s\": %s, \"epochs_busy_s\": %s, \"exports_s\": %s}%n",
        ROWS,
        COLUMNS,
        environment("OMP_WAIT_POLICY"),
        environment("OMP_NUM_THREADS"),
        median(quiet),
        median(busy),
        median(busy) / median(quiet),
        busy.size(),
        exports.seconds().get(0),
        exports.firstCpu(),
        median(exports.seconds().subList(1, EXPORTS)),
        quiet,
        busy,
        exports.seconds());
  }

  private static String environment(String name) {
    String value = System.getenv(name);
    return value == null ? "" : value.replaceAll("[^A-Za-z0-9_]", "");
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  /** Seconds of each epoch after the first ones. */
  private static List<Double> epochs(Table train, Table validation, int count) {
    long end = System.nanoTime() + LIMIT.toNanos();
    TrainingRun run =
        run(train, validation)
            .epochs(count + WARM_UP)
            .onEpoch(
                result -> {
                  if (System.nanoTime() > end) {
                    Thread.currentThread().interrupt();
                  }
                });
    try (TrainedModel model = run.fit()) {
      // The interrupt was this program's own.
      Thread.interrupted();
      List<Double> seconds = model.history().stream().map(EpochResult::seconds).toList();
      return seconds.size() > WARM_UP ? seconds.subList(WARM_UP, seconds.size()) : seconds;
    }
  }

  private static TrainingRun run(Table train, Table validation) {
    return TrainingRun.of(train, validation)
        .features(FEATURES)
        .preprocessing(preprocessing())
        .hidden(64, 32)
        .batchSize(256)
        .patience(1000)
        .seed(7)
        .quiet();
  }

  /** Seconds of exports, and of the processor for the first. */
  private record Exports(List<Double> seconds, double firstCpu) {}

  private static Exports exports(Table train, Table validation) {
    List<Double> seconds = new ArrayList<>();
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    double firstCpu = 0;
    try (TrainedModel model = run(train.first(5_000), validation).epochs(1).fit()) {
      for (int i = 0; i < EXPORTS; i++) {
        long start = System.nanoTime();
        long cpu = threads.getCurrentThreadCpuTime();
        ModelBundle bundle =
            ModelExport.of(model)
                .name("bench")
                .data(Instant.EPOCH, Instant.EPOCH.plus(Duration.ofDays(1)), "generated")
                .horizon(Duration.ofDays(1))
                .threshold(new Threshold(0.5, 0.95, 0.5))
                .toBundle();
        seconds.add((System.nanoTime() - start) / 1e9);
        firstCpu = i == 0 ? (threads.getCurrentThreadCpuTime() - cpu) / 1e9 : firstCpu;
        if (bundle.graph().features() != FEATURES.size()) {
          throw new IllegalStateException("the export lost features: " + bundle);
        }
      }
    }
    return new Exports(seconds, firstCpu);
  }

  /** Twenty columns for the net: the features of the lab, and whether they are missing. */
  private static Preprocessing preprocessing() {
    List<String> names = FEATURES.names();
    Preprocessing steps = Preprocessing.of(names).standardise(names.toArray(String[]::new));
    for (String name : names.subList(0, COLUMNS - names.size())) {
      steps.missingWithFlag(name, 0);
    }
    return steps;
  }

  private static Table table(int rows, long seed) {
    Random random = new Random(seed);
    Table table = Table.create("bench");
    double[] sums = new double[rows];
    for (String name : FEATURES.names()) {
      FloatColumn column = FloatColumn.create(name, rows);
      for (int i = 0; i < rows; i++) {
        float value = (float) random.nextGaussian();
        column.set(i, value);
        sums[i] += Math.sin(2 * value);
      }
      table.addColumns(column);
    }
    BooleanColumn label = BooleanColumn.create("label", rows);
    for (int i = 0; i < rows; i++) {
      label.set(i, sums[i] + random.nextGaussian() > 0);
    }
    return table.addColumns(label);
  }
}
