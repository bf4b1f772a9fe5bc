// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.sql.SparkSession;

/**
 * Spark sessions inside this process, on loopback only, without the web interface.
 *
 * <p>Times are shown in UTC; adaptive execution is on; a shuffle has three partitions per core.
 */
public final class LocalSpark {

  private static final Pattern MASTER = Pattern.compile("local(?:\\[(\\*|[1-9]\\d{0,3})])?");
  private static final int SHUFFLE_PARTITIONS_PER_CORE = 3;

  private LocalSpark() {}

  /**
   * What a JVM must be started with for Spark to work in it, for the Java version and Spark in use.
   * Spark's own list, less the one option that would stop Netty from checking host names in TLS
   * everywhere in the process.
   */
  public static List<String> jvmOptions() {
    return Stream.of(JavaModuleOptions.defaultModuleOptionArray())
        .filter(option -> !option.contains("EndpointVerification"))
        .toList();
  }

  /**
   * What a JVM must be started with so that every session made in it, also one that a cell builds
   * by itself, has a local master and listens on loopback only.
   */
  public static List<String> guards() {
    return List.of(
        "-Dspark.plugins=" + LocalMasterOnly.class.getName(),
        "-Dspark.driver.host=127.0.0.1",
        "-Dspark.driver.bindAddress=127.0.0.1",
        "-Dspark.ui.enabled=false");
  }

  /**
   * Refuses a master that is not local.
   *
   * @throws UnsupportedMasterException when it is another one
   */
  static void requireLocal(String master) {
    if (!MASTER.matcher(master).matches()) {
      throw new UnsupportedMasterException(master);
    }
  }

  /** The session of this process on all its cores; made when there is none. */
  public static SparkSession session() {
    return session("local[*]", Map.of());
  }

  /**
   * The session of this process; made when there is none.
   *
   * @param master {@code local}, {@code local[N]} or {@code local[*]}
   * @param settings Spark settings by name, which win over the defaults
   * @throws UnsupportedMasterException when the master is another one
   * @throws IllegalArgumentException when a setting would open a door that must stay closed, or
   *     when a session with another master is already running
   */
  public static SparkSession session(String master, Map<String, String> settings) {
    Map<String, String> all = settings(master);
    settings.forEach(
        (name, value) -> {
          refuse(name, value);
          all.put(name, value);
        });
    SparkSession.Builder builder = SparkSession.builder().master(master).appName("Decision Lab");
    all.forEach(builder::config);
    SparkSession session = builder.getOrCreate();
    String running = session.sparkContext().master();
    if (!running.equals(master)) {
      throw new IllegalArgumentException(
          "a session with master '"
              + running
              + "' is already running; stop it first to have one with '"
              + master
              + "'");
    }
    return session;
  }

  /** The settings of a session with this master, before the user's own. */
  static Map<String, String> settings(String master) {
    Map<String, String> settings = new TreeMap<>();
    int partitions = SHUFFLE_PARTITIONS_PER_CORE * cores(master);
    settings.put("spark.sql.shuffle.partitions", String.valueOf(partitions));
    settings.put("spark.sql.adaptive.enabled", "true");
    settings.put("spark.sql.session.timeZone", "UTC");
    settings.put("spark.sql.datetime.java8API.enabled", "true");
    settings.put("spark.driver.host", "127.0.0.1");
    settings.put("spark.driver.bindAddress", "127.0.0.1");
    settings.put("spark.ui.enabled", "false");
    settings.put("spark.ui.killEnabled", "false");
    settings.put("spark.ui.showConsoleProgress", "false");
    return settings;
  }

  private static int cores(String master) {
    Matcher matcher = MASTER.matcher(master);
    if (!matcher.matches()) {
      throw new UnsupportedMasterException(master);
    }
    String cores = matcher.group(1);
    if (cores == null) {
      return 1;
    }
    return cores.equals("*") ? Runtime.getRuntime().availableProcessors() : Integer.parseInt(cores);
  }

  private static void refuse(String name, String value) {
    switch (name) {
      case "spark.master" ->
          throw new IllegalArgumentException("name the master as such, not as a setting");
      case "spark.driver.host", "spark.driver.bindAddress" -> {
        if (!value.equals("127.0.0.1")) {
          throw new IllegalArgumentException(
              name + " must be 127.0.0.1 with a local master: " + value);
        }
      }
      case "spark.ui.enabled", "spark.ui.killEnabled" -> {
        if (!value.equals("false")) {
          throw new IllegalArgumentException(
              name
                  + " must be false: Spark's own web pages have no log-in and listen on every"
                  + " network");
        }
      }
      default -> {
        // Everything else is the user's choice.
      }
    }
  }
}
