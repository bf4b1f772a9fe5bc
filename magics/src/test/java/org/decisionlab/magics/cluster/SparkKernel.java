// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.decisionlab.data.LocalSpark;
import org.decisionlab.kernel.testing.KernelClient;
import org.decisionlab.kernel.testing.KernelClient.Run;
import org.decisionlab.kernel.testing.KernelProcess;
import org.decisionlab.testbed.spark.SparkHome;

/** A kernel process with the class path of the tests, and the Spark session of its cells. */
record SparkKernel(KernelProcess process, KernelClient client) implements AutoCloseable {

  private static final String IMPORTS =
      """
      import org.apache.spark.api.java.JavaRDD;
      import org.apache.spark.api.java.JavaSparkContext;
      import org.apache.spark.api.java.function.CoGroupFunction;
      import org.apache.spark.api.java.function.FilterFunction;
      import org.apache.spark.api.java.function.FlatMapFunction;
      import org.apache.spark.api.java.function.MapFunction;
      import org.apache.spark.api.java.function.MapGroupsFunction;
      import org.apache.spark.api.java.function.MapGroupsWithStateFunction;
      import org.apache.spark.api.java.function.MapPartitionsFunction;
      import org.apache.spark.api.java.function.ReduceFunction;
      import org.apache.spark.sql.Encoder;
      import org.apache.spark.sql.Encoders;
      import org.apache.spark.sql.Row;
      import org.apache.spark.sql.api.java.UDF1;
      import org.apache.spark.sql.types.DataTypes;
      """;

  private static final String INTS =
      "JavaRDD<Integer> ints = sc.parallelize(List.of(1, 2, 3, 4), 2);";

  /** Starts a kernel that may start executors itself, and waits until it answers. */
  static SparkKernel start(SparkHome home, Path folder) {
    List<String> argv = new ArrayList<>();
    argv.add("/usr/bin/env");
    argv.add("XDG_CONFIG_HOME=" + folder);
    home.environment().forEach((name, value) -> argv.add(name + "=" + value));
    argv.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    argv.addAll(LocalSpark.jvmOptions());
    argv.addAll(LocalSpark.guards());
    argv.addAll(home.driverFlags());
    argv.addAll(List.of("-Xmx768m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    argv.add("-cp");
    argv.add(System.getProperty("java.class.path"));
    argv.add("org.decisionlab.kernel.KernelMain");
    argv.add("{connection_file}");
    KernelProcess process = KernelProcess.start(folder, argv);
    return new SparkKernel(process, KernelClient.ready(process));
  }

  /**
   * Starts the session of the cells by the magic. They have {@code spark}, {@code sc}, and {@code
   * ints}, the numbers 1 to 4 in two partitions.
   *
   * @param settings as {@code name=value}
   */
  void session(String master, String... settings) {
    StringBuilder start = new StringBuilder("%spark start --master " + master);
    for (String each : settings(settings)) {
      start.append(" --conf '").append(each).append('\'');
    }
    ok(start.toString());
    ok(IMPORTS);
    ok(INTS);
  }

  /** The same with a session that a cell builds itself. */
  void ownSession(String master, String... settings) {
    ok(IMPORTS);
    StringBuilder builder = new StringBuilder("var spark = SparkSession.builder()");
    builder.append(".master(\"").append(master).append("\").appName(\"cells\")");
    for (String each : settings(settings)) {
      String[] parts = each.split("=", 2);
      builder.append(".config(\"" + parts[0] + "\", \"" + parts[1] + "\")");
    }
    ok(builder.append(".getOrCreate();").toString());
    ok("var sc = new JavaSparkContext(spark.sparkContext());\n" + INTS);
  }

  private static List<String> settings(String... more) {
    List<String> all = new ArrayList<>();
    all.add("spark.executor.memory=512m");
    all.add("spark.sql.shuffle.partitions=2");
    all.add("spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    all.addAll(List.of(more));
    return all;
  }

  /** Runs a cell that must succeed. */
  Run ok(String cell) {
    Run run = client.execute(cell);
    assertThat(run.status()).as("%s%n%s", cell, run).isEqualTo("ok");
    return run;
  }

  @Override
  public void close() {
    try {
      client.close();
    } finally {
      process.close();
    }
  }
}
