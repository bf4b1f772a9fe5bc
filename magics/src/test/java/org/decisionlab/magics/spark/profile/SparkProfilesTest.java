// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SparkProfilesTest {

  @TempDir private Path folder;

  @Test
  void laterLayersWinWhereTheSiteAllowsIt() throws Exception {
    SparkProfiles profiles =
        profiles(
            """
            profiles:
              cluster:
                description: the farm
                master: spark://farm.example:7077
                driver-host: ${env:POD_IP}
                driver-port: 30100-30115
                block-manager-port: 30200-30215
                conf:
                  spark.executor.memory: 2g
                  spark.authenticate: true
                final: [master, spark.authenticate]
            """,
            """
            profiles:
              cluster:
                conf: {spark.executor.memory: 3g}
              mine: {master: "local[2]"}
            """);
    SparkProfile cluster = profiles.get("cluster");
    Map<String, String> settings =
        cluster.with(Map.of("spark.cores.max", "4"), Map.of("POD_IP", "10.1.2.3")::get);
    assertThat(settings)
        .containsEntry("spark.master", "spark://farm.example:7077")
        .containsEntry("spark.driver.host", "10.1.2.3")
        .containsEntry("spark.driver.port", "30100")
        .containsEntry("spark.blockManager.port", "30200")
        .containsEntry("spark.port.maxRetries", "15")
        .containsEntry("spark.executor.memory", "3g")
        .containsEntry("spark.authenticate", "true")
        .containsEntry("spark.cores.max", "4");
    assertThat(cluster.with(Map.of("spark.executor.memory", "9g"), name -> "x"))
        .containsEntry("spark.executor.memory", "9g");
    assertThatThrownBy(() -> cluster.with(Map.of("spark.master", "local"), name -> "x"))
        .isInstanceOf(MagicUsageException.class)
        .hasMessageContaining("spark.master is fixed by the profile 'cluster'")
        .hasMessageContaining("site.yaml, line 4");
    assertThatThrownBy(() -> cluster.with(Map.of(), name -> null))
        .hasMessageContaining("line 5: spark.driver.host needs the environment variable POD_IP");
    assertThat(profiles.get("mine").with(Map.of(), name -> null))
        .containsExactly(Map.entry("spark.master", "local[2]"));
    assertThatThrownBy(() -> profiles.get("clutser")).hasMessageContaining("did you mean cluster?");
    assertThat(profiles.get(null).settings()).isEmpty();
  }

  @Test
  void theUserCannotChangeWhatTheSiteHasFixed() throws IOException {
    assertThatThrownBy(
            () ->
                profiles(
                    "profiles: {a: {master: local, final: true}}",
                    "profiles:\n  a:\n    master: local[9]\n"))
        .isInstanceOf(MagicUsageException.class)
        .hasMessageContaining("user.yaml, line 3: spark.master is fixed by")
        .hasMessageContaining("site.yaml, line 1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{profiles: {a: {mastre: local}}}                      | did you mean master?",
        "{profile: {}}                                         | 'profiles' is meant",
        "{profiles: {a: {conf: {sparkle: 1}}}}                 | is no Spark setting",
        "{profiles: {a: {conf: {spark.driver.host: x}}}}       | write 'driver-host' instead",
        "{profiles: {a: {master: [x]}}}                        | must have a value in one line",
        "{profiles: {a: {master: x, master: y}}}               | is there twice",
        "{profiles: {a: {final: true}}}                        | only the file of the site",
        "{profiles: {'a b': {}}}                               | is no name",
        "{profiles: [                                          | line 1"
      })
  void whatIsWrongIsNamedWithItsPlace(String user, String message) {
    assertThatThrownBy(() -> profiles("profiles: {}", user))
        .isInstanceOf(MagicUsageException.class)
        .hasMessageContaining("user.yaml, line 1")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({"0, none", "70000, none", "9-3, none", "x, a port or a range"})
  void portsThatAreNoneAreRefused(String ports, String message) throws Exception {
    SparkProfile profile =
        profiles("profiles: {a: {driver-port: '" + ports + "'}}", "profiles: {}").get("a");
    assertThatThrownBy(() -> profile.with(Map.of(), name -> null))
        .hasMessageContaining("line 1")
        .hasMessageContaining(message.equals("none") ? "these are no ports" : message);
  }

  @Test
  void rangesOfPortsHaveOneLength() throws Exception {
    SparkProfile profile =
        profiles("profiles: {a: {driver-port: 1-9, ui-port: 20-21}}", "profiles: {}").get("a");
    assertThatThrownBy(() -> profile.with(Map.of(), name -> null))
        .hasMessageContaining("of one length");
  }

  @Test
  void placesFollowTheEnvironment() throws MagicUsageException {
    var places =
        SparkProfiles.Places.of(
            Map.of("XDG_CONFIG_HOME", "/c")::get, Path.of("/home/ada"), Path.of("nb"));
    assertThat(places.site()).isEqualTo(Path.of("/etc/decisionlab/spark-profiles.yaml"));
    assertThat(places.users())
        .containsExactly(
            Path.of("/c/decisionlab/spark-profiles.yaml"), Path.of("nb/spark-profiles.yaml"));
    var named =
        SparkProfiles.Places.of(
            Map.of("DECISIONLAB_SPARK_PROFILES", "/nowhere.yaml")::get, folder, folder);
    assertThatThrownBy(() -> SparkProfiles.read(named))
        .hasMessageContaining(
            "/nowhere.yaml, which DECISIONLAB_SPARK_PROFILES names, is not there");
  }

  /** The example of the page on Spark is a file as it is meant. */
  @Test
  void theExampleOfTheDocumentationIsRead() throws Exception {
    String page = Files.readString(Path.of("../docs/spark.md"));
    int begin = page.indexOf("```yaml\n") + "```yaml\n".length();
    String example = page.substring(begin, page.indexOf("```", begin));
    SparkProfiles profiles = profiles(example, "profiles: {}");
    assertThat(profiles.all()).extracting(SparkProfile::name).contains("default", "farm", "pod");
    assertThat(profiles.get("pod").with(Map.of(), name -> "10.0.0.7"))
        .containsEntry("spark.driver.host", "10.0.0.7")
        .containsKeys("spark.driver.port", "spark.blockManager.port", "spark.ui.port");
  }

  private SparkProfiles profiles(String site, String user) throws IOException, MagicUsageException {
    Path siteFile = Files.writeString(folder.resolve("site.yaml"), site);
    Path userFile = Files.writeString(folder.resolve("user.yaml"), user);
    return SparkProfiles.read(new SparkProfiles.Places(siteFile, true, List.of(userFile)));
  }
}
