// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.decisionlab.data.SparkMaster.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a session on a cluster needs where other accounts of the machine reach its ports. */
class NeighboursTest {

  private static final Map<String, String> ASKS = Map.of("spark.authenticate", "true");

  @BeforeEach
  void haveNeighbours() {
    System.setProperty(Neighbours.PROPERTY, "true");
  }

  @AfterEach
  void haveNone() {
    System.clearProperty(Neighbours.PROPERTY);
    System.clearProperty("spark.authenticate");
  }

  private static void check(String master, Map<String, String> settings) {
    Kind kind =
        master.startsWith("local-cluster")
            ? Kind.LOCAL_CLUSTER
            : master.startsWith("local") ? Kind.LOCAL : Kind.EXTERNAL;
    Neighbours.check(new SparkMaster(master, kind, OptionalInt.empty()), settings::get);
  }

  private static Map<String, String> with(Map<String, String> settings, String... more) {
    Map<String, String> all = new HashMap<>(settings);
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spark://farm.example:7077",
        "local-cluster[1,1,512]",
        "mesos://farm.example:5050",
        "yarn",
        "k8s://https://farm.example:6443"
      })
  void functionsOfCellsAreRefusedBeforeAnExecutorFailsOnThem(String master) {
    Map<String, String> secret = with(ASKS, "spark.authenticate.secret", "s");
    for (String value : new String[] {"", "on", "OFF"}) {
      assertThatThrownBy(() -> check(master, with(secret, Neighbours.FUNCTIONS, value)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(master)
          .hasMessageContaining("no classes of cells")
          .hasMessageContaining("spark.decisionlab.functions=off")
          .hasMessageContaining("a local master")
          .hasMessageContaining("-Ddecisionlab.neighbours=false");
    }
    assertThatCode(() -> check(master, with(secret, Neighbours.FUNCTIONS, "off")))
        .doesNotThrowAnyException();
    for (String served : new String[] {"spark.repl.class.uri", "spark.repl.class.outputDir"}) {
      assertThatCode(() -> check(master, with(secret, served, "/somewhere")))
          .doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spark://farm.example:7077",
        "local-cluster[1,1,512]",
        "mesos://farm.example:5050"
      })
  void aClusterWhoseSecretSparkDoesNotMakeWantsIt(String master) {
    assertThatThrownBy(() -> check(master, with(ASKS, Neighbours.FUNCTIONS, "off")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(master)
        .hasMessageContaining("spark.authenticate.secret must be that of the cluster")
        .hasMessageContaining("--conf spark.authenticate=false");
    assertThatCode(
            () -> check(master, Map.of("spark.authenticate", "false", Neighbours.FUNCTIONS, "off")))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"yarn", "k8s://https://farm.example:6443"})
  void aClusterWhoseSecretSparkMakesWantsNone(String master) {
    assertThatCode(() -> check(master, with(ASKS, Neighbours.FUNCTIONS, "off")))
        .doesNotThrowAnyException();
  }

  @Test
  void aLocalMasterAndALabWithoutNeighboursNeedNothing() {
    assertThatCode(() -> check("local[2]", ASKS)).doesNotThrowAnyException();
    System.setProperty(Neighbours.PROPERTY, "false");
    assertThatCode(() -> check("spark://farm.example:7077", ASKS)).doesNotThrowAnyException();
  }

  /** The hub says it to the process, and Spark takes it from there. */
  @Test
  void whatTheProcessSaysCounts() {
    System.setProperty("spark.authenticate", "true");
    Map<String, String> host = Map.of("spark.driver.host", "10.1.2.3", Neighbours.FUNCTIONS, "off");
    assertThatThrownBy(() -> LocalSpark.settings("spark://farm.example:7077", host))
        .hasMessageContaining("spark.authenticate.secret must be");
    assertThatCode(
            () ->
                LocalSpark.settings(
                    "spark://farm.example:7077", with(host, "spark.authenticate", "false")))
        .doesNotThrowAnyException();
  }
}
