// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.testbed.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.decisionlab.testbed.process.ComponentProcess;
import org.decisionlab.testbed.process.ComponentProcess.Program;
import org.decisionlab.testbed.spark.StandaloneSpark.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandaloneSparkTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Pattern COUNTED = Pattern.compile("counted (\\d+) in app");
  private static final Pattern APPLICATION = Pattern.compile("counted \\d+ in (app-\\S+)");

  @TempDir private Path folder;

  @Test
  void aDriverCountsOnExecutorsAndNothingIsLeftBehind() throws Exception {
    SparkHome home = SparkHome.create(Path.of("target", "spark-home"));
    List<ProcessHandle> all = new ArrayList<>();
    try (StandaloneSpark cluster =
            StandaloneSpark.start(home, folder.resolve("cluster"), new Size(1, 2, 1200));
        ComponentProcess driver =
            ComponentProcess.start(driver(home, cluster.master()), COUNTED, APPLICATION)) {
      assertThat(driver.announced(COUNTED, PATIENCE)).isEqualTo("1000");
      String id = driver.announced(APPLICATION, PATIENCE);
      assertThat(cluster.applications())
          .singleElement()
          .returns(id, StandaloneSpark.Application::id)
          .returns("count", StandaloneSpark.Application::name)
          .returns("RUNNING", StandaloneSpark.Application::state)
          .returns(true, StandaloneSpark.Application::active);
      List<ProcessHandle> executors = cluster.executors(id);
      assertThat(executors).hasSize(1);
      assertThat(listening(cluster.servers().get(0))).isNotEmpty().allMatch(this::isLoopback);
      assertThat(listening(cluster.servers().get(1))).isNotEmpty().allMatch(this::isLoopback);
      assertThat(listening(executors.get(0))).isNotEmpty().allMatch(this::isLoopback);
      assertThat(listening(driver.handle())).isNotEmpty().allMatch(this::isLoopback);
      all.addAll(executors);
      all.addAll(cluster.servers());
      all.add(driver.handle());
    }
    assertThat(all).hasSize(4).noneMatch(ProcessHandle::isAlive);
  }

  /** What a killed test run leaves behind ends by itself. */
  @Test
  void aComponentEndsWhenItsStandardInputCloses() throws Exception {
    SparkHome home = SparkHome.create(Path.of("target", "spark-home"));
    Path classes = Path.of("target", "classes").toAbsolutePath();
    Process master =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                home.classPath() + ":" + classes,
                "org.decisionlab.testbed.process.Tether",
                "org.apache.spark.deploy.master.Master",
                "--host",
                "127.0.0.1",
                "--port",
                "0",
                "--webui-port",
                "0")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("tethered.log").toFile())
            .start();
    master.getOutputStream().close();
    assertThat(master.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aComponentThatDoesNotComeUpIsToldOfWithItsLog() throws Exception {
    SparkHome home = SparkHome.create(Path.of("target", "spark-home"));
    Program wrong =
        new Program(
            "wrong",
            List.of(),
            home.classPath(),
            List.of("org.apache.spark.deploy.master.Master", "--nonsense"),
            Map.of(),
            folder);
    Pattern never = Pattern.compile("never said");
    try (ComponentProcess process = ComponentProcess.start(wrong, never)) {
      assertThatThrownBy(() -> process.announced(never, PATIENCE))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("wrong did not say 'never said' before it ended")
          .hasMessageContaining(folder.resolve("wrong.log").toString())
          .hasMessageContaining("--webui-port");
    }
  }

  private Program driver(SparkHome home, String master) {
    List<String> flags = new ArrayList<>(home.jvmFlags());
    flags.add("-Xmx512m");
    String classes = Path.of("target", "test-classes").toAbsolutePath().toString();
    return new Program(
        "driver",
        flags,
        home.classPath() + ":" + classes,
        List.of(CountDriver.class.getName(), master),
        home.environment(),
        folder);
  }

  private boolean isLoopback(String address) {
    return Set.of(
            "0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F")
        .contains(address);
  }

  /** The addresses, as the kernel of Linux writes them, on which a process listens. */
  private static List<String> listening(ProcessHandle process) throws IOException {
    Path proc = Path.of("/proc", String.valueOf(process.pid()));
    Set<String> own = new HashSet<>();
    try (Stream<Path> descriptors = Files.list(proc.resolve("fd"))) {
      for (Path descriptor : descriptors.toList()) {
        if (Files.isSymbolicLink(descriptor)) {
          own.add(Files.readSymbolicLink(descriptor).toString());
        }
      }
    }
    List<String> lines = new ArrayList<>(Files.readAllLines(proc.resolve("net/tcp")));
    lines.addAll(Files.readAllLines(proc.resolve("net/tcp6")));
    return lines.stream()
        .map(line -> line.strip().split("\\s+", -1))
        .filter(fields -> fields.length > 9 && fields[3].equals("0A"))
        .filter(fields -> own.contains("socket:[" + fields[9] + "]"))
        .map(fields -> fields[1].substring(0, fields[1].indexOf(':')))
        .toList();
  }
}
