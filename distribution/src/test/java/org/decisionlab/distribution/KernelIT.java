// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.decisionlab.kernel.testing.KernelClient;
import org.decisionlab.kernel.testing.KernelClient.Run;
import org.decisionlab.kernel.testing.KernelProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The kernel as it is installed, with its magics: Spark jobs end with the cell that began them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KernelIT {

  /** Tells in the running cell when tasks run. */
  private static final String WATCH =
      """
      new Thread(() -> {
        while (java.util.Arrays.stream(sc.sc().statusTracker().getExecutorInfos())
            .mapToInt(e -> e.numRunningTasks()).sum() == 0) {
          Thread.onSpinWait();
        }
        System.out.println("tasks run");
      }).start();
      """;

  /** Takes hours. */
  private static final String JOB =
      "spark.range(1_000_000_000_000L).filter(\"hash(id) = 5\").count()";

  private KernelProcess process;
  private KernelClient client;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    KernelSpec spec =
        new KernelSpec(
            Path.of(System.getProperty("java.home")),
            Path.of(System.getProperty("decisionlab.kernel.lib")),
            KernelCommand.jvmFlags());
    Path kernelJson = spec.install(folder).resolve("kernel.json");
    List<String> argv = new ArrayList<>();
    for (JsonNode word : JsonMapper.builder().build().readTree(kernelJson.toFile()).path("argv")) {
      argv.add(word.asText());
    }
    process = KernelProcess.start(folder, argv);
    client = KernelClient.ready(process);
  }

  @AfterAll
  void stop() {
    client.close();
    process.close();
  }

  @Test
  void interruptingACellCancelsTheJobOfASessionThatItStartedItself() {
    client.execute("%spark stop");
    Run run = client.interrupted("%spark start --master local[2]\n" + WATCH + JOB);
    assertThat(run.error()).as(run.trace()).isEqualTo("Interrupted");
    nothingRuns();
    assertThat(client.execute("spark.range(1000).count()").result()).isEqualTo("1000");
  }

  @Test
  void interruptingACellCancelsItsJobAndNoOther() {
    client.execute("%spark stop");
    client.execute("%spark start --master local[2]");
    Run other =
        client.execute(
            """
            var other = java.util.concurrent.CompletableFuture.supplyAsync(
                () -> spark.range(0, 1_000_000_000_000L, 1, 1).filter("hash(id) = 5").count());
            """);
    assertThat(other.status()).isEqualTo("ok");
    awaitActiveJobs(1);
    Run run = client.interrupted("System.out.println(1);\n" + JOB);
    assertThat(run.error()).as(run.trace()).isEqualTo("Interrupted");
    awaitActiveJobs(1);
    assertThat(client.execute("other.isDone()").result()).isEqualTo("false");
    client.execute("sc.cancelAllJobs();");
    nothingRuns();
    Run sql = client.execute("%%sql -o squares\nSELECT id * id AS square FROM range(5)");
    assertThat(sql.data("execute_result", "text/html")).contains("square", "16");
    assertThat(client.execute("squares.count()").result()).isEqualTo("5");
  }

  @Test
  void interruptingSqlCancelsItsJob() {
    client.execute("%spark start");
    String cell =
        client.submit("%%sql\nSELECT count(*) FROM range(1000000000000) WHERE hash(id) = 5");
    // Its progress: tasks run.
    client.await(m -> m.parent().equals(cell) && m.type().equals("display_data"));
    client.request("control", "interrupt_request", new JsonObject());
    Run run = client.finish(cell);
    assertThat(run.error()).as(run.trace()).isEqualTo("Interrupted");
    nothingRuns();
  }

  @Test
  void aSessionThatACellBuildsItselfIsGuardedToo() {
    client.execute("%spark stop");
    for (String master : List.of("spark://master.example:7077", "yarn")) {
      Run run =
          client.execute(
              "SparkSession.builder().master(\"" + master + "\").getOrCreate().range(9).count()");
      assertThat(run.status()).as(master).isEqualTo("error");
      assertThat(run.trace()).contains(master);
    }
    String local = "SparkSession.builder().master(\"local[1]\").getOrCreate()";
    assertThat(client.execute(local + ".range(9).count()").result()).isEqualTo("9");
    assertThat(client.execute(local + ".conf().get(\"spark.driver.bindAddress\")").result())
        .contains("127.0.0.1");
    client.execute("%spark stop");
  }

  @Test
  void whatAMagicRefusesIsOneLine() {
    Run master = client.execute("%spark start --master spark://x:7077");
    assertThat(master.trace().lines()).hasSize(1);
    assertThat(master.trace()).contains("spark://x:7077", "set spark.driver.host");
    Run flag = client.execute("%spark start --mastre local");
    assertThat(flag.error()).isEqualTo("UsageError");
    assertThat(flag.trace()).contains("--mastre", "--master");
    Run nobody = client.execute("%tfaas models --url http://127.0.0.1:1");
    assertThat(nobody.trace()).contains("127.0.0.1:1").doesNotContain("    at ");
    Run wrong = client.execute("%%sql\nSELECT nothing FROM nowhere");
    assertThat(wrong.trace()).contains("nowhere").doesNotContain("    at ");
  }

  @Test
  void aDatasetThatCannotBeComputedFailsItsCell() {
    client.execute("%spark start");
    Run run = client.execute("spark.sql(\"SELECT 1 / (id - id) FROM range(3)\")");
    assertThat(run.status()).isEqualTo("error");
    assertThat(run.trace()).contains("DIVIDE_BY_ZERO");
  }

  private void nothingRuns() {
    awaitActiveJobs(0);
    awaitValue(
        "java.util.Arrays.stream(sc.sc().statusTracker().getExecutorInfos())"
            + ".mapToInt(e -> e.numRunningTasks()).sum()",
        "0");
  }

  private void awaitActiveJobs(int count) {
    awaitValue("sc.sc().statusTracker().getActiveJobIds().length", String.valueOf(count));
  }

  /** Cancelling is asynchronous in Spark. */
  private void awaitValue(String expression, String value) {
    String last = "";
    for (int attempt = 0; attempt < 150; attempt++) {
      last = client.execute(expression).result();
      if (last.equals(value)) {
        return;
      }
      client.poll(Duration.ofMillis(200), message -> false);
    }
    assertThat(last).as(expression).isEqualTo(value);
  }
}
