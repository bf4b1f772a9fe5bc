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
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalSparkTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "local[0]",
        "local[x]",
        "local-cluster[0,1,1024]",
        "LOCAL",
        "spark://host",
        "spark://user@host:7077",
        ""
      })
  void whatIsNoMasterIsRefused(String master) {
    assertThatThrownBy(() -> LocalSpark.session(master, Map.of()))
        .isInstanceOf(UnsupportedMasterException.class)
        .hasMessageStartingWith("'" + master + "' is no Spark master; expected local");
  }

  @ParameterizedTest
  @ValueSource(strings = {"k8s://https://127.0.0.1:6443", "mesos://127.0.0.1:5050", "yarn"})
  void aMasterWithoutItsClusterManagerIsRefused(String master) {
    assertThatThrownBy(() -> LocalSpark.session(master, Map.of()))
        .isInstanceOf(UnsupportedMasterException.class)
        .hasMessageContaining("no cluster manager on the class path takes")
        .hasMessageContaining(master);
  }

  @ParameterizedTest
  @CsvSource({
    "spark.master, local[2]",
    "spark.ui.killEnabled, true",
    "spark.driver.bindAddress, 0.0.0.0",
    "spark.driver.host, example.org"
  })
  void settingsThatOpenADoorAreRefused(String name, String value) {
    Map<String, String> settings = Map.of("spark.ui.enabled", "true", name, value);
    assertThatThrownBy(() -> LocalSpark.session("local[4]", settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(name.equals("spark.master") ? "master" : name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "local                     | 1    |                 true",
        "local[8]                  | 8    |                 true",
        "local[2,4]                | 2    |                 true",
        "local-cluster[2,3,1024]   | 6    |                 true",
        "spark://127.0.0.1:7077    |      |                 true",
        "spark://[::1]:7077        |      |                 true",
        "spark://localhost:1,b:2   |      |                 false",
        "spark://a.example:7077    |      |                 false"
      })
  void aMasterTellsItsCoresAndItsPlace(String url, @Nullable Integer cores, boolean loopback) {
    SparkMaster master = SparkMaster.of(url);
    assertThat(master.cores())
        .isEqualTo(cores == null ? OptionalInt.empty() : OptionalInt.of(cores));
    assertThat(master.onLoopback()).isEqualTo(loopback);
  }

  @Test
  void shufflesHaveThreePartitionsPerCoreWhereTheCoresAreKnown() {
    assertThat(partitions("local", Map.of())).isEqualTo("3");
    assertThat(partitions("local[8]", Map.of())).isEqualTo("24");
    assertThat(partitions("spark://127.0.0.1:7077", Map.of())).isNull();
    assertThat(partitions("spark://127.0.0.1:7077", Map.of("spark.cores.max", "10")))
        .isEqualTo("30");
    assertThat(
            partitions(
                "spark://127.0.0.1:7077",
                Map.of("spark.executor.instances", "3", "spark.executor.cores", "4")))
        .isEqualTo("36");
    assertThat(partitions("spark://127.0.0.1:7077", Map.of("spark.default.parallelism", "7")))
        .isEqualTo("21");
    assertThat(partitions("local[8]", Map.of("spark.sql.shuffle.partitions", "5"))).isEqualTo("5");
    assertThatThrownBy(() -> partitions("spark://127.0.0.1:1", Map.of("spark.cores.max", "many")))
        .hasMessage("spark.cores.max must be a whole number above 0: many");
  }

  private static @Nullable String partitions(String master, Map<String, String> given) {
    return LocalSpark.settings(master, given).get("spark.sql.shuffle.partitions");
  }

  @Test
  void aDriverThatExecutorsCannotReachIsRefused() {
    String master = "spark://master.example:7077";
    assertThatThrownBy(() -> LocalSpark.session(master, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(master)
        .hasMessageContaining("set spark.driver.host");
    assertThatThrownBy(() -> LocalSpark.session(master, Map.of("spark.driver.host", "127.0.0.1")))
        .hasMessageContaining("cannot reach 127.0.0.1");
    assertThat(LocalSpark.settings(master, Map.of("spark.driver.host", "10.1.2.3")))
        .containsEntry("spark.driver.bindAddress", "10.1.2.3");
    assertThat(LocalSpark.settings("spark://127.0.0.1:7077", Map.of()))
        .containsEntry("spark.driver.host", "127.0.0.1")
        .containsEntry("spark.driver.bindAddress", "127.0.0.1");
  }

  @Test
  void whoAsksHearsOfASessionAndExecutorsDoNotLoadTheGuard() {
    SparkSession session = Worlds.SPARK;
    assertThat(Worlds.HEARD).containsExactly("local[4]");
    assertThat(session.sparkContext().conf().contains("spark.plugins")).isFalse();
  }

  @Test
  void secretsAreNotShown() {
    for (String name : List.of("a.secret", "API_KEY", "hive.password", "x.oauthToken", "Passwd")) {
      assertThat(name).containsPattern(SparkSettings.SECRET_NAMES);
    }
    assertThat("spark.sql.shuffle.partitions").doesNotContainPattern(SparkSettings.SECRET_NAMES);
    for (String value :
        List.of(
            "eyJhbGciOi.eyJzdWIiOi.c2ln", "jdbc:x://me:pw@host/db", "Authorization: Bearer q1")) {
      assertThat(value).containsPattern(SparkSettings.SECRET_VALUES);
    }
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
