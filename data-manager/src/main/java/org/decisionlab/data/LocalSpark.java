// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/**
 * Spark sessions whose driver is this process, on any master.
 *
 * <p>Where the master is local or on loopback, nothing listens on another address; on any other
 * master the address at which executors call the driver back must be given. Times are shown in UTC,
 * adaptive execution is on, a shuffle has three partitions per core where the number of cores is
 * known. Spark's web pages are off unless asked for; jobs cannot be ended there.
 */
public final class LocalSpark {

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
   * by itself, listens on loopback unless another address is asked for, and is seen by {@link
   * SessionGuard}.
   */
  public static List<String> guards() {
    return List.of(
        "-Dspark.plugins=" + SessionGuard.class.getName(),
        "-Dspark.driver.host=127.0.0.1",
        "-Dspark.driver.bindAddress=127.0.0.1",
        "-Dspark.redaction.regex=" + SparkSettings.SECRET_NAMES,
        "-Dspark.redaction.string.regex=" + SparkSettings.SECRET_VALUES,
        "-Dspark.ui.enabled=false",
        "-Dspark.ui.killEnabled=false",
        "-Dspark.ui.port=0",
        "-Dspark.ui.showConsoleProgress=false");
  }

  /** The session of this process on all its cores; made when there is none. */
  public static SparkSession session() {
    return session("local[*]", Map.of());
  }

  /**
   * The session of this process; made when there is none. One that is running keeps what has been
   * set in it, but for the settings given here.
   *
   * @param master any master that Spark or a cluster manager on the class path takes
   * @param settings Spark settings by name, which win over the defaults
   * @throws UnsupportedMasterException when it is no master, or one that nothing here takes
   * @throws IllegalArgumentException when a setting would open a door that must stay closed, when
   *     executors could not reach the driver, or when a session with another master is running
   */
  public static SparkSession session(String master, Map<String, String> settings) {
    Map<String, String> all = settings(master, settings);
    SparkSession.Builder builder = SparkSession.builder();
    if (isRunning()) {
      // The defaults are those of a new session: what has been set in this one since then stays.
      requireMaster(builder.getOrCreate(), master);
      settings.forEach(builder::config);
      return builder.getOrCreate();
    }
    builder.master(master).appName("Decision Lab");
    all.forEach(builder::config);
    SparkSession session = builder.getOrCreate();
    requireMaster(session, master);
    return session;
  }

  private static boolean isRunning() {
    return isRunning(SparkSession.getActiveSession())
        || isRunning(SparkSession.getDefaultSession());
  }

  private static boolean isRunning(Option<SparkSession> known) {
    return known.isDefined() && !known.get().sparkContext().isStopped();
  }

  private static void requireMaster(SparkSession session, String master) {
    String running = session.sparkContext().master();
    if (!running.equals(master)) {
      throw new IllegalArgumentException(
          "a session with master '"
              + running
              + "' is already running; stop it first to have one with '"
              + master
              + "'");
    }
  }

  /**
   * All settings that {@link #session(String, Map)} would give to a new session.
   *
   * @throws UnsupportedMasterException as there
   * @throws IllegalArgumentException as there, but for a session that runs
   */
  public static Map<String, String> settings(String master, Map<String, String> settings) {
    return SparkSettings.of(SparkMaster.of(master), settings);
  }
}
