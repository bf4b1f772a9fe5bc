// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.spark.util.Utils;
import org.jspecify.annotations.Nullable;

/** The settings of a session: those that fit its master, and those that must not be. */
final class SparkSettings {

  /** Settings and environment variables of these names are not shown by Spark. */
  static final String SECRET_NAMES =
      "(?i)secret|passw(?:or)?d|passphrase|token|credential|bearer|authori[sz]ation|cookie"
          + "|access[._-]?key|api[._-]?key|private[._-]?key";

  /** Values that look like a token, whatever their name. */
  static final String SECRET_VALUES =
      "eyJ[\\w-]{6,}\\.[\\w-]+\\.[\\w-]*|(?<=://)[^/\\s:@]+:[^/\\s@]+(?=@)|(?i)(?<=bearer )[^\\s\"']+";

  private static final String DRIVER_HOST = "spark.driver.host";
  private static final String BIND_ADDRESS = "spark.driver.bindAddress";
  private static final String LOOPBACK = "127.0.0.1";
  private static final int SHUFFLE_PARTITIONS_PER_CORE = 3;

  private SparkSettings() {}

  /**
   * The settings of a session with this master.
   *
   * @param given the user's own, which win over what fits the master
   * @throws IllegalArgumentException when a setting would open a door that must stay closed, or
   *     would make a session that cannot work
   */
  static Map<String, String> of(SparkMaster master, Map<String, String> given) {
    if (given.containsKey("spark.master")) {
      throw new IllegalArgumentException("name the master as such, not as a setting");
    }
    Map<String, String> settings = new TreeMap<>();
    settings.put("spark.sql.adaptive.enabled", "true");
    settings.put("spark.sql.session.timeZone", "UTC");
    settings.put("spark.sql.datetime.java8API.enabled", "true");
    settings.put("spark.ui.enabled", "false");
    settings.put("spark.ui.killEnabled", "false");
    settings.put("spark.ui.port", "0");
    settings.put("spark.ui.showConsoleProgress", "false");
    settings.put("spark.redaction.regex", SECRET_NAMES);
    settings.put("spark.redaction.string.regex", SECRET_VALUES);
    settings.put("spark.plugins", SessionGuard.class.getName());
    if (master.onLoopback()) {
      settings.put(DRIVER_HOST, LOOPBACK);
    }
    cores(master, given)
        .ifPresent(
            cores ->
                settings.put(
                    "spark.sql.shuffle.partitions",
                    String.valueOf(SHUFFLE_PARTITIONS_PER_CORE * cores)));
    settings.putAll(given);
    if (!SessionGuard.isNamedBy(settings.get("spark.plugins"))) {
      settings.merge(
          "spark.plugins", SessionGuard.class.getName(), (own, guard) -> own + "," + guard);
    }
    String host = settings.get(DRIVER_HOST);
    if (host != null) {
      // Spark's own default, which a system property would hide.
      settings.putIfAbsent(BIND_ADDRESS, host);
    }
    check(master, settings::get);
    // Spark takes from the properties of the process what is not among the settings.
    Neighbours.check(
        master, name -> settings.containsKey(name) ? settings.get(name) : System.getProperty(name));
    return settings;
  }

  /**
   * Refuses what must not be, whoever makes the session.
   *
   * @param setting the value of a setting by its name, or null
   * @throws IllegalArgumentException naming the setting and what to do
   */
  static void check(SparkMaster master, UnaryOperator<@Nullable String> setting) {
    checkDriver(master, setting);
    if (Boolean.parseBoolean(setting.apply("spark.ui.enabled"))) {
      checkPages(setting);
    }
    if (master.kind() == SparkMaster.Kind.LOCAL_CLUSTER
        && !SparkMaster.isLoopback(Utils.localHostName())) {
      throw new IllegalArgumentException(
          "the workers of "
              + master
              + " would listen on "
              + Utils.localHostName()
              + "; start the process with SPARK_LOCAL_IP=127.0.0.1 in its environment");
    }
  }

  private static void checkDriver(SparkMaster master, UnaryOperator<@Nullable String> setting) {
    String host = setting.apply(DRIVER_HOST);
    if (master.kind() == SparkMaster.Kind.LOCAL) {
      for (String name : new String[] {DRIVER_HOST, BIND_ADDRESS}) {
        String value = setting.apply(name);
        if (value != null && !SparkMaster.isLoopback(value)) {
          throw new IllegalArgumentException(
              name + " must be 127.0.0.1 with a local master, which nobody calls: " + value);
        }
      }
    } else if (!master.onLoopback() && (host == null || SparkMaster.isLoopback(host))) {
      throw new IllegalArgumentException(
          "the executors of "
              + master
              + " call the driver back and cannot reach "
              + (host == null ? "an address that is not named" : host)
              + "; set spark.driver.host to an address of this machine that they reach, with"
              + " --conf or in a profile (in a cell: .config(\"spark.driver.host\", ...))");
    }
  }

  /** Spark's own web pages have no log-in, and a mere GET on them ends jobs where that is on. */
  private static void checkPages(UnaryOperator<@Nullable String> setting) {
    String kill = setting.apply("spark.ui.killEnabled");
    if (kill == null || Boolean.parseBoolean(kill)) {
      throw new IllegalArgumentException(
          "spark.ui.killEnabled must be false: any page that the browser opens could end jobs");
    }
    String listen = System.getenv("SPARK_LOCAL_IP");
    if (listen == null || !SparkMaster.isLoopback(listen)) {
      throw new IllegalArgumentException(
          "spark.ui.enabled must be false here: Spark's pages have no log-in and would listen on "
              + (listen == null ? "every network" : listen)
              + "; start the process with SPARK_LOCAL_IP=127.0.0.1 in its environment");
    }
  }

  /** Cores that the session will have, as far as that is settled before it starts. */
  private static OptionalInt cores(SparkMaster master, Map<String, String> given) {
    if (master.cores().isPresent()) {
      return master.cores();
    }
    OptionalInt most = number(given, "spark.cores.max");
    if (most.isPresent()) {
      return most;
    }
    OptionalInt executors = number(given, "spark.executor.instances");
    OptionalInt each = number(given, "spark.executor.cores");
    if (executors.isPresent() && each.isPresent()) {
      return OptionalInt.of(Math.multiplyExact(executors.getAsInt(), each.getAsInt()));
    }
    return number(given, "spark.default.parallelism");
  }

  private static OptionalInt number(Map<String, String> settings, String name) {
    String value = settings.get(name);
    if (value == null) {
      return OptionalInt.empty();
    }
    if (!value.matches("[1-9]\\d{0,6}")) {
      throw new IllegalArgumentException(name + " must be a whole number above 0: " + value);
    }
    return OptionalInt.of(Integer.parseInt(value));
  }
}
