// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.decisionlab.data.LocalSpark;
import org.decisionlab.kernel.testing.KernelClient;
import org.decisionlab.kernel.testing.KernelProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What kernels with Spark leave in the folder for temporary files: nothing. */
class SparkTemporaryFilesTest {

  @TempDir private Path folder;

  @Test
  void whatSparkKeepsGoesWithTheKernelOrWithTheNextOne() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    try (KernelProcess killed = kernel(temporary);
        KernelClient first = KernelClient.ready(killed)) {
      count(first);
      List<Path> kept = list(temporary);
      assertThat(kept).hasSize(1);
      assertThat(list(kept.get(0)).stream().map(p -> p.getFileName().toString()))
          .anyMatch(name -> name.startsWith("blockmgr"))
          .anyMatch(name -> name.startsWith("spark-"))
          .anyMatch(name -> name.startsWith("artifacts"));
      try (KernelProcess second = kernel(temporary);
          KernelClient client = KernelClient.ready(second)) {
        count(client);
        assertThat(list(temporary)).as("both live").hasSize(2);
        killed.handle().destroyForcibly();
        killed.awaitExit();
        assertThat(list(temporary)).hasSize(2).contains(kept.get(0));
        shutDown(client, second);
      }
      assertThat(list(temporary)).as(() -> "left: " + below(temporary)).isEqualTo(kept);
      try (KernelProcess third = kernel(temporary);
          KernelClient client = KernelClient.ready(third)) {
        for (int i = 0; i < 150 && Files.exists(kept.get(0)); i++) {
          client.poll(Duration.ofMillis(200), message -> false);
        }
        assertThat(list(temporary)).hasSize(1).doesNotContain(kept.get(0));
        shutDown(client, third);
      }
    }
    assertThat(list(temporary)).as(() -> "left: " + below(temporary)).isEmpty();
  }

  private KernelProcess kernel(Path temporary) {
    List<String> argv = new ArrayList<>();
    argv.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    argv.addAll(LocalSpark.jvmOptions());
    argv.addAll(LocalSpark.guards());
    argv.addAll(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    argv.addAll(List.of("-Djava.io.tmpdir=" + temporary, "-cp"));
    argv.add(System.getProperty("java.class.path"));
    argv.addAll(List.of("org.decisionlab.kernel.KernelMain", "{connection_file}"));
    return KernelProcess.start(folder, argv);
  }

  private static void count(KernelClient client) {
    assertThat(client.execute("spark.range(0, 100, 1, 2).distinct().count()").result())
        .isEqualTo("100");
  }

  private static void shutDown(KernelClient client, KernelProcess process)
      throws InterruptedException {
    JsonObject content = new JsonObject();
    content.addProperty("restart", false);
    client.request("control", "shutdown_request", content);
    process.awaitExit();
  }

  private static List<Path> below(Path directory) {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.sorted().toList();
    }
  }
}
