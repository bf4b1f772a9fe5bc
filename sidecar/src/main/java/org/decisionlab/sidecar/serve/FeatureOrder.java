// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.store.ModelName;
import org.jspecify.annotations.Nullable;

/** Brings values into the order of a model's features by their names. */
final class FeatureOrder {

  private static final int MAX_SHOWN = 10;

  private final ModelName model;
  private final List<String> features;
  private final Map<String, Integer> places = new HashMap<>();

  /** Names asked last: clients send the same ones all the time. */
  private volatile Seen seen = new Seen(List.of(), new int[0]);

  /** Names, and where each feature is among them. */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  private record Seen(List<String> keys, int[] sources) {}

  FeatureOrder(ModelName model, List<String> features) {
    this.model = model;
    this.features = features;
    for (int i = 0; i < features.size(); i++) {
      places.put(features.get(i), i);
    }
  }

  /**
   * The rows with their columns in the order of the features.
   *
   * @throws RefusedException when a name is missing, unknown or told twice
   */
  float[][] rows(List<String> keys, float[][] rows) {
    int[] sources = sources(keys);
    float[][] ordered = new float[rows.length][sources.length];
    for (int r = 0; r < rows.length; r++) {
      if (keys.size() != rows[r].length) {
        throw RefusedException.malformed(keys.size() + " keys for " + rows[r].length + " values");
      }
      for (int i = 0; i < sources.length; i++) {
        ordered[r][i] = rows[r][sources[i]];
      }
    }
    return ordered;
  }

  /** The same of numbers as they were written, of rows that {@link #rows} has taken. */
  @Nullable BigDecimal[][] written(List<String> keys, @Nullable BigDecimal[][] rows) {
    int[] sources = sources(keys);
    @Nullable BigDecimal[][] ordered = new BigDecimal[rows.length][sources.length];
    for (int r = 0; r < rows.length; r++) {
      for (int i = 0; i < sources.length; i++) {
        ordered[r][i] = rows[r][sources[i]];
      }
    }
    return ordered;
  }

  /** Where each feature is among the keys. */
  private int[] sources(List<String> keys) {
    Seen last = seen;
    if (last.keys().equals(keys)) {
      return last.sources();
    }
    int[] sources = found(keys);
    seen = new Seen(List.copyOf(keys), sources);
    return sources;
  }

  private int[] found(List<String> keys) {
    int[] sources = new int[features.size()];
    Arrays.fill(sources, -1);
    List<String> unknown = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      Integer place = places.get(keys.get(i));
      if (place == null) {
        unknown.add(keys.get(i));
      } else if (sources[place] >= 0) {
        throw RefusedException.malformed("key '" + keys.get(i) + "' occurs twice");
      } else {
        sources[place] = i;
      }
    }
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < sources.length; i++) {
      if (sources[i] < 0) {
        missing.add(features.get(i));
      }
    }
    if (!unknown.isEmpty() || !missing.isEmpty()) {
      throw RefusedException.malformed(
          "model '"
              + model
              + "' has other features:"
              + (missing.isEmpty() ? "" : " missing " + shown(missing))
              + (missing.isEmpty() || unknown.isEmpty() ? "" : ",")
              + (unknown.isEmpty() ? "" : " unknown " + shown(unknown)));
    }
    return sources;
  }

  private static String shown(List<String> names) {
    return names.size() <= MAX_SHOWN
        ? names.toString()
        : names.subList(0, MAX_SHOWN) + " and " + (names.size() - MAX_SHOWN) + " more";
  }
}
