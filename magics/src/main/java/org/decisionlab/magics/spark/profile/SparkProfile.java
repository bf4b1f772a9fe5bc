// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.profile;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a Spark session under a name.
 *
 * @param name its name
 * @param description what it is for; may be empty
 * @param settings Spark settings by name, {@code spark.master} among them
 */
public record SparkProfile(String name, String description, Map<String, Setting> settings) {

  /** The profile of a session that is started without naming one, where there is one of it. */
  public static final String DEFAULT = "default";

  private static final Pattern ENVIRONMENT = Pattern.compile("\\$\\{env:([A-Za-z_]\\w*)}");
  private static final Pattern PORTS = Pattern.compile("(\\d{1,5})(?:\\s*-\\s*(\\d{1,5}))?");
  private static final String RETRIES = "spark.port.maxRetries";
  private static final String UI_PORT = "spark.ui.port";
  private static final String[] PORT_SETTINGS = {
    "spark.driver.port", "spark.blockManager.port", UI_PORT
  };

  /**
   * One setting.
   *
   * @param value its value as written: may be a range of ports and name environment variables
   * @param place file and line where it stands
   * @param fixed whether it may not be overridden
   */
  public record Setting(String value, String place, boolean fixed) {

    Setting asFixed() {
      return new Setting(value, place, true);
    }
  }

  /** Copies its map. */
  public SparkProfile {
    settings = Map.copyOf(settings);
  }

  /** No settings. */
  static SparkProfile none() {
    return new SparkProfile("", "", Map.of());
  }

  /**
   * This profile with those settings of another that it may override.
   *
   * @throws MagicUsageException when the other sets what is fixed here
   */
  SparkProfile overriddenBy(SparkProfile other) throws MagicUsageException {
    Map<String, Setting> all = new TreeMap<>(settings);
    for (Map.Entry<String, Setting> each : other.settings.entrySet()) {
      Setting known = settings.get(each.getKey());
      if (known != null && known.fixed && !known.value.equals(each.getValue().value)) {
        throw new MagicUsageException(
            each.getValue().place + ": " + each.getKey() + " is fixed by " + known.place);
      }
      all.put(each.getKey(), known != null && known.fixed ? known : each.getValue());
    }
    return new SparkProfile(
        name, other.description.isEmpty() ? description : other.description, all);
  }

  /**
   * The settings as Spark takes them, with those of the user, which win.
   *
   * @param given the user's own
   * @param environment the value of an environment variable, or null
   * @throws MagicUsageException when the user sets what is fixed, a variable is missing, or the
   *     ports are none
   */
  public Map<String, String> with(
      Map<String, String> given, UnaryOperator<@Nullable String> environment)
      throws MagicUsageException {
    Map<String, String> all = new TreeMap<>();
    for (Map.Entry<String, Setting> each : settings.entrySet()) {
      all.put(each.getKey(), expanded(each.getKey(), each.getValue(), environment));
    }
    ports(all);
    for (Map.Entry<String, String> each : given.entrySet()) {
      Setting known = settings.get(each.getKey());
      if (known != null && known.fixed && !each.getValue().equals(all.get(each.getKey()))) {
        throw new MagicUsageException(
            each.getKey() + " is fixed by the profile '" + name + "' (" + known.place + ")");
      }
      all.put(each.getKey(), each.getValue());
    }
    return all;
  }

  private String expanded(
      String setting, Setting known, UnaryOperator<@Nullable String> environment)
      throws MagicUsageException {
    Matcher matcher = ENVIRONMENT.matcher(known.value);
    StringBuilder text = new StringBuilder();
    while (matcher.find()) {
      String value = environment.apply(matcher.group(1));
      if (value == null) {
        throw new MagicUsageException(
            known.place
                + ": "
                + setting
                + " needs the environment variable "
                + matcher.group(1)
                + ", which is not set");
      }
      matcher.appendReplacement(text, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(text).toString();
  }

  /** Spark takes a first port and one number of tries for all; a range says both. */
  private void ports(Map<String, String> all) throws MagicUsageException {
    int tries = -1;
    for (String setting : PORT_SETTINGS) {
      Setting known = settings.get(setting);
      if (known == null) {
        continue;
      }
      Matcher ports = PORTS.matcher(all.getOrDefault(setting, ""));
      if (!ports.matches()) {
        throw new MagicUsageException(
            known.place + ": a port or a range such as 30100-30115 is expected: " + known.value);
      }
      int first = Integer.parseInt(ports.group(1));
      int last = ports.group(2) == null ? first : Integer.parseInt(ports.group(2));
      if (first < 1 || last < first || last > 65_535) {
        throw new MagicUsageException(known.place + ": these are no ports: " + known.value);
      }
      if (tries >= 0 && tries != last - first) {
        throw new MagicUsageException(
            known.place
                + ": all ranges of ports must be of one length, since Spark has one number of"
                + " tries for all: "
                + known.value);
      }
      tries = last - first;
      all.put(setting, String.valueOf(first));
    }
    if (tries >= 0) {
      all.putIfAbsent(RETRIES, String.valueOf(tries));
    }
    if (settings.containsKey(UI_PORT)) {
      all.putIfAbsent("spark.ui.enabled", "true");
    }
  }
}
