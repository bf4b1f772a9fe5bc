// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.decisionlab.kernel.cell.KernelScope;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code %spark}: starts, shows and ends the kernel's Spark session. */
@Command(name = "%spark", description = "The kernel's Spark session.")
final class SparkMagic {

  private final SparkService spark;
  private final KernelScope scope;

  SparkMagic(SparkService spark, KernelScope scope) {
    this.spark = spark;
    this.scope = scope;
  }

  @Command(
      name = "start",
      description = "Starts a session, or tells of the running one; declares 'spark' and 'sc'.")
  SparkStatus start(
      @Option(
              names = "--master",
              paramLabel = "M",
              description =
                  "local[N], spark://HOST:PORT, k8s://URL, ... (default: that of the running session, or "
                      + SparkService.DEFAULT_MASTER
                      + ").")
          @Nullable String master,
      @Option(
              names = "--conf",
              paramLabel = "K=V",
              description = "A Spark setting of a new session; may be given several times.")
          @Nullable Map<String, String> settings)
      throws Exception {
    Map<String, String> all = settings == null ? Map.of() : new TreeMap<>(settings);
    String wanted = master == null ? spark.master() : master;
    declare(scope, spark.session(wanted, all));
    return spark.status();
  }

  @Command(name = "status", description = "Tells of the running session.")
  SparkStatus status() {
    return spark.status();
  }

  @Command(name = "stop", description = "Ends the session.")
  String stop() {
    return spark.stop() ? "Spark session ended." : "There was no Spark session.";
  }

  /** Declares the words {@code spark} and {@code sc} in the cells. */
  static void declare(KernelScope scope, SparkSession session) throws Exception {
    scope.bind("spark", "org.apache.spark.sql.SparkSession", session);
    scope.bind(
        "sc",
        "org.apache.spark.api.java.JavaSparkContext",
        new JavaSparkContext(session.sparkContext()));
  }
}
