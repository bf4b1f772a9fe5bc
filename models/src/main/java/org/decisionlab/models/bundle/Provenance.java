// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.bundle;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a model comes from.
 *
 * @param createdAt when it was exported, UTC
 * @param data what it was trained on
 * @param seed seed of everything random
 * @param codeVersion version of the code that trained it, such as a git commit
 * @param libraries versions of the libraries by name
 * @param hardware the machine that trained it: device, processor and so on, by name
 * @param settings how it was trained, by name, such as {@code batch_size}
 */
public record Provenance(
    Instant createdAt,
    DataWindow data,
    long seed,
    String codeVersion,
    Map<String, String> libraries,
    Map<String, String> hardware,
    Map<String, String> settings) {

  /** Sorts by name. */
  public Provenance {
    libraries = Collections.unmodifiableMap(new TreeMap<>(libraries));
    hardware = Collections.unmodifiableMap(new TreeMap<>(hardware));
    settings = Collections.unmodifiableMap(new TreeMap<>(settings));
  }

  /** Of a model of which neither machine nor settings are known. */
  public Provenance(
      Instant createdAt,
      DataWindow data,
      long seed,
      String codeVersion,
      Map<String, String> libraries) {
    this(createdAt, data, seed, codeVersion, libraries, Map.of(), Map.of());
  }

  /** What people want to read of it: facts by what they are about, in order. */
  public Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("created", createdAt.toString());
    facts.put("data", data.source() + ", " + data.rows() + " rows");
    facts.put("window", data.from() + " to " + data.to());
    facts.put("seed", String.valueOf(seed));
    facts.put("code", codeVersion);
    put(facts, "versions", libraries);
    put(facts, "hardware", hardware);
    put(facts, "settings", settings);
    return facts;
  }

  private static void put(Map<String, String> facts, String about, Map<String, String> values) {
    if (!values.isEmpty()) {
      StringBuilder text = new StringBuilder();
      values.forEach(
          (name, value) ->
              text.append(text.isEmpty() ? "" : ", ").append(name).append(' ').append(value));
      facts.put(about, text.toString());
    }
  }

  /**
   * What a model was trained on.
   *
   * @param from instant of the first record
   * @param to instant of the last record
   * @param rows number of rows trained on
   * @param source where the records came from, for people
   */
  public record DataWindow(Instant from, Instant to, long rows, String source) {
    /** Refuses a window that ends before it begins. */
    public DataWindow {
      if (to.isBefore(from) || rows < 0) {
        throw new IllegalArgumentException(
            "a data window from " + from + " to " + to + " with " + rows + " rows cannot be");
      }
    }
  }
}
