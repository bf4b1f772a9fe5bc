// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.decisionlab.kernel.testing.BuiltJar;
import org.decisionlab.kernel.testing.KernelClient.Run;
import org.decisionlab.kernel.testing.KernelProcess;
import org.decisionlab.testbed.spark.SparkHome;
import org.decisionlab.testbed.spark.StandaloneSpark;
import org.decisionlab.testbed.spark.StandaloneSpark.Application;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Several kernels on one cluster: what they share, what they leave, what they survive. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KernelsOnClusterTest {

  private static final String KRYO = "org.apache.spark.serializer.KryoSerializer";
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Path LOGS = Path.of("target", "standalone-kernels");

  @TempDir private Path folder;
  private SparkHome home;
  private StandaloneSpark cluster;

  @BeforeAll
  void start() throws IOException, InterruptedException {
    home = SparkHome.create(CellsOnSpark.SPARK_HOME);
    cluster = StandaloneSpark.start(home, LOGS, new StandaloneSpark.Size(1, 3, 2400));
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    awaitNoApplication();
  }

  @Test
  void kernelsShareNoClasses() {
    try (SparkKernel first = kernel();
        SparkKernel second = kernel("spark.serializer=" + KRYO)) {
      String use = "ints.map(x -> new Same(x).value() + shared).collect()";
      first.ok("int shared = 1000;\nrecord Same(int value) implements Serializable {}");
      second.ok(
          """
          int shared = -1;
          class Same implements Serializable {
            private final String text;
            Same(int x) { text = "x".repeat(x); }
            int value() { return text.length() * 7; }
          }
          """);
      assertThat(first.ok(use).result()).isEqualTo("[1001, 1002, 1003, 1004]");
      assertThat(second.ok(use).result()).isEqualTo("[6, 13, 20, 27]");
      assertThat(first.ok(use).result()).isEqualTo("[1001, 1002, 1003, 1004]");
      kryo(second);
    }
  }

  /** Data that Kryo carries, in a shuffle, in results and in a broadcast. */
  private static void kryo(SparkKernel kernel) {
    kernel.ok("class Mass { int grams; Mass() {} Mass(int grams) { this.grams = grams; } }");
    kernel.ok("var scales = sc.broadcast(new Mass(5));\nint more = 2;");
    Run run =
        kernel.ok(
            """
            ints.mapToPair(x -> new scala.Tuple2<>(x % 2, new Mass(x * scales.value().grams + more)))
                .reduceByKey((a, b) -> new Mass(a.grams + b.grams))
                .collect().stream().map(t -> t._1() + ":" + t._2().grams).sorted().toList()
            """);
    // 2 and 4: 12 + 22; 1 and 3: 7 + 17.
    assertThat(run.result()).isEqualTo("[0:34, 1:24]");
  }

  /** The executors of both kernels run before the jars come. */
  @Test
  void jarsReachRunningExecutorsOfTheirKernelOnly() throws IOException {
    Path ours = jar("ours.jar", "mine", 10);
    Path theirs = jar("theirs.jar", "theirs", 1000);
    try (SparkKernel first = kernel();
        SparkKernel second = kernel("spark.serializer=" + KRYO)) {
      for (SparkKernel each : List.of(first, second)) {
        each.ok("ints.map(x -> x + 1).collect()");
        assertThat(each.client().execute("library.Scale.name()").error())
            .isEqualTo("CompileException");
      }
      assertThat(first.ok("%jars " + ours).result()).contains("added " + ours);
      String use =
          """
          ints.map(x -> new library.Scale(x)).map(s -> library.Scale.name() + s.scaled()).collect()
          """;
      assertThat(first.ok(use).result()).isEqualTo("[mine10, mine20, mine30, mine40]");
      assertThat(second.client().execute(use).error()).isEqualTo("CompileException");
      assertThat(second.ok("ints.map(x -> %s).collect()".formatted(SEES)).result())
          .isEqualTo("[false, false, false, false]");
      assertThat(first.ok("ints.map(x -> %s).collect()".formatted(SEES)).result())
          .isEqualTo("[true, true, true, true]");
      second.ok("%jars " + theirs);
      assertThat(second.ok(use).result())
          .isEqualTo("[theirs1000, theirs2000, theirs3000, theirs4000]");
      assertThat(first.ok(use).result()).isEqualTo("[mine10, mine20, mine30, mine40]");
    }
  }

  /** Whether an executor has the class, found as libraries find classes by name. */
  private static final String SEES =
      """
      {
        try {
          Class.forName("library.Scale", false, Thread.currentThread().getContextClassLoader());
          return true;
        } catch (ClassNotFoundException e) {
          return false;
        }
      }""";

  private Path jar(String file, String name, int factor) throws IOException {
    return new BuiltJar()
        .source(
            "library.Scale",
            """
            package library;
            public class Scale implements java.io.Serializable {
              private final int x;
              public Scale(int x) { this.x = x; }
              public static String name() { return "%s"; }
              public int scaled() { return x * %d; }
            }
            """
                .formatted(name, factor))
        .write(folder.resolve(file));
  }

  @Test
  void kernelsThatRestartOrShutDownLeaveNoApplication() throws Exception {
    try (SparkKernel kernel = kernel()) {
      kernel.ok("int k = 1;\nints.map(x -> x + k).collect()");
      shutDown(kernel, true);
    }
    awaitNoApplication();
    try (SparkKernel again = kernel()) {
      assertThat(again.ok("int k = 2;\nints.map(x -> x * k).collect()").result())
          .isEqualTo("[2, 4, 6, 8]");
      shutDown(again, false);
    }
  }

  /** Tasks wait for a file, so that the executor is killed while they run. */
  @Test
  void aKilledExecutorCostsNoResultAndAKilledKernelLeavesNothing() throws Exception {
    try (SparkKernel kernel = kernel()) {
      Path began = Files.createDirectories(folder.resolve("began"));
      Path go = folder.resolve("go");
      kernel.ok("int factor = 3;\nString began = \"" + began + "\";\nString go = \"" + go + "\";");
      String request =
          kernel
              .client()
              .submit(
                  """
                  ints.map(x -> {
                    Files.createTempFile(Path.of(began), "task", "");
                    long end = System.nanoTime() + 100_000_000_000L;
                    while (!Files.exists(Path.of(go)) && System.nanoTime() < end) {
                      Thread.onSpinWait();
                    }
                    return x * factor;
                  }).collect()
                  """);
      awaitFile(began);
      List<ProcessHandle> executors = cluster.executors(application());
      assertThat(executors).isNotEmpty();
      executors.forEach(ProcessHandle::destroyForcibly);
      Files.createFile(go);
      Run run = kernel.client().finish(request);
      assertThat(run.result()).isEqualTo("[3, 6, 9, 12]");

      List<ProcessHandle> others = cluster.executors(application());
      assertThat(others).isNotEmpty();
      kernel.process().handle().destroyForcibly();
      awaitNoApplication();
      for (ProcessHandle executor : others) {
        executor.onExit().get(KernelProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
    }
  }

  private SparkKernel kernel(String... settings) {
    SparkKernel kernel = SparkKernel.start(home, folder);
    String[] all =
        Stream.concat(Stream.of("spark.cores.max=1"), Stream.of(settings)).toArray(String[]::new);
    kernel.session(cluster.master(), all);
    return kernel;
  }

  private static void shutDown(SparkKernel kernel, boolean restart) throws InterruptedException {
    JsonObject content = new JsonObject();
    content.addProperty("restart", restart);
    kernel.client().request("control", "shutdown_request", content);
    kernel.process().awaitExit();
  }

  /** The application of the one kernel that runs. */
  private String application() throws IOException, InterruptedException {
    List<Application> active = cluster.applications().stream().filter(Application::active).toList();
    assertThat(active).hasSize(1);
    return active.get(0).id();
  }

  private static void awaitFile(Path directory) throws IOException {
    long end = System.nanoTime() + KernelProcess.PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      try (Stream<Path> files = Files.list(directory)) {
        if (files.findAny().isPresent()) {
          return;
        }
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    throw new AssertionError("no task has begun; logs of the cluster: " + LOGS);
  }

  private void awaitNoApplication() throws Exception {
    long end = System.nanoTime() + KernelProcess.PATIENCE.toNanos();
    List<Application> active = List.of();
    while (System.nanoTime() < end) {
      active = cluster.applications().stream().filter(Application::active).toList();
      if (active.isEmpty()) {
        return;
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    assertThat(active).as("applications left on the master; logs: %s", LOGS).isEmpty();
  }
}
