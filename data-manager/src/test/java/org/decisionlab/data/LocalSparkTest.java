// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalSparkTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spark://127.0.0.1:7077",
        "k8s://https://127.0.0.1:6443",
        "mesos://127.0.0.1:5050",
        "yarn",
        "local-cluster[2,1,1024]",
        "local[0]",
        "local[2,4]",
        "local[x]",
        "LOCAL",
        ""
      })
  void otherMastersAreNotYetSupported(String master) {
    assertThatThrownBy(() -> LocalSpark.session(master, Map.of()))
        .isInstanceOf(UnsupportedMasterException.class)
        .hasMessage(
            "Spark master '"
                + master
                + "' is not yet supported; supported are local, local[N] and local[*]");
  }

  @ParameterizedTest
  @CsvSource({
    "spark.master, local[2]",
    "spark.ui.enabled, true",
    "spark.ui.killEnabled, true",
    "spark.driver.bindAddress, 0.0.0.0",
    "spark.driver.host, example.org"
  })
  void settingsThatOpenADoorAreRefused(String name, String value) {
    assertThatThrownBy(() -> LocalSpark.session("local[4]", Map.of(name, value)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shufflesHaveThreePartitionsPerCore() {
    assertThat(LocalSpark.settings("local").get("spark.sql.shuffle.partitions")).isEqualTo("3");
    assertThat(LocalSpark.settings("local[8]").get("spark.sql.shuffle.partitions")).isEqualTo("24");
  }

  @Test
  void aSecondSessionIsTheFirstAndAnotherMasterIsRefused() {
    SparkSession again = LocalSpark.session("local[4]", Map.of());
    assertThat(again.sparkContext()).isSameAs(Worlds.SPARK.sparkContext());
    assertThatThrownBy(() -> LocalSpark.session("local[2]", Map.of()))
        .hasMessageContaining("a session with master 'local[4]' is already running");
  }

  /** The flags in the module's pom are a copy; this is what keeps it true. */
  @Test
  void thisTestRunsWithTheOptionsThatSparkNeeds() {
    assertThat(LocalSpark.jvmOptions())
        .contains("--add-opens=java.base/java.nio=ALL-UNNAMED")
        .noneMatch(option -> option.contains("VerificationAlgorithm=NONE"));
    List<String> started = ManagementFactory.getRuntimeMXBean().getInputArguments();
    assertThat(started).containsAll(LocalSpark.jvmOptions());
  }

  @Test
  void timesAreUtc() {
    String shown =
        Worlds.SPARK.sql("select cast(timestamp_seconds(0) as string)").first().getString(0);
    assertThat(shown).isEqualTo("1970-01-01 00:00:00");
  }

  /** Every socket on which this process listens is bound to loopback. */
  @Test
  void listensOnLoopbackOnly() throws IOException {
    Path tcp = Path.of("/proc/self/net/tcp");
    Assumptions.assumeTrue(Files.isReadable(tcp), "no /proc on this system");
    Worlds.SPARK.range(10).count();
    Set<String> own = ownSockets();
    List<String> listening = new ArrayList<>();
    List<String> lines = new ArrayList<>(Files.readAllLines(tcp));
    lines.addAll(Files.readAllLines(Path.of("/proc/self/net/tcp6")));
    for (String line : lines) {
      String[] fields = line.strip().split("\\s+", -1);
      // Fields: number, local address, remote address, state (0A: listening), ..., inode (9).
      if (fields.length > 9
          && fields[3].equals("0A")
          && own.contains("socket:[" + fields[9] + "]")) {
        listening.add(fields[1].substring(0, fields[1].indexOf(':')));
      }
    }
    assertThat(listening)
        .isNotEmpty()
        .isSubsetOf(
            "0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F");
  }

  private static Set<String> ownSockets() throws IOException {
    Set<String> sockets = new HashSet<>();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors.toList()) {
        readLink(descriptor, sockets);
      }
    }
    return sockets;
  }

  private static void readLink(Path descriptor, Set<String> sockets) {
    try {
      sockets.add(Files.readSymbolicLink(descriptor).toString());
    } catch (IOException e) {
      // The descriptor was closed since the folder was listed: not a listening socket.
      return;
    }
  }
}
