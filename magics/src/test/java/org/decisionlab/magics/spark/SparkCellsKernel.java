// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.decisionlab.data.LocalSpark;
import org.decisionlab.kernel.testing.KernelClient;
import org.decisionlab.kernel.testing.KernelClient.Run;
import org.decisionlab.kernel.testing.KernelProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A kernel as it is started, with profiles of local masters; every test begins with no session. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SparkCellsKernel {

  /** The kernel. */
  protected KernelProcess process;

  /** A client that has seen the kernel answer. */
  protected KernelClient client;

  @BeforeAll
  final void start(@TempDir Path folder) throws Exception {
    Path profiles = folder.resolve("spark-profiles.yaml");
    Files.writeString(
        profiles,
        """
        profiles:
          default:
            description: two threads
            master: local[2]
            conf:
              spark.sql.shuffle.partitions: 3
              spark.hadoop.some.token: s3cr3t
            final: [spark.hadoop.some.token]
          one:
            master: local[1]
        """);
    List<String> argv = new ArrayList<>();
    argv.addAll(
        List.of(
            "/usr/bin/env",
            "DECISIONLAB_SPARK_PROFILES=" + profiles,
            "DECISIONLAB_LOG_DIR=" + folder.resolve("log"),
            "XDG_CONFIG_HOME=" + folder,
            "JUPYTERHUB_SERVICE_PREFIX=/user/ada/"));
    argv.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    argv.addAll(LocalSpark.jvmOptions());
    argv.addAll(LocalSpark.guards());
    argv.addAll(List.of("-Xmx768m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
    argv.add(System.getProperty("java.class.path"));
    argv.addAll(List.of("org.decisionlab.kernel.KernelMain", "{connection_file}"));
    process = KernelProcess.start(folder, argv);
    client = KernelClient.ready(process);
  }

  @AfterAll
  final void stop() {
    client.close();
    process.close();
  }

  @BeforeEach
  final void noSession() {
    ok("%spark stop");
  }

  /** Runs a cell that must end well. */
  protected final Run ok(String cell) {
    Run run = client.execute(cell);
    assertThat(run.status()).as("%s%n%s", cell, run).isEqualTo("ok");
    return run;
  }
}
