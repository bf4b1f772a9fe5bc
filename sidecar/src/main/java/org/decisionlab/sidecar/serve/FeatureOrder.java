// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.store.ModelName;

/** Brings values into the order of a model's features by their names. */
final class FeatureOrder {

  private static final int MAX_SHOWN = 10;

  private final ModelName model;
  private final List<String> features;
  private final Map<String, Integer> places = new HashMap<>();

  FeatureOrder(ModelName model, List<String> features) {
    this.model = model;
    this.features = features;
    for (int i = 0; i < features.size(); i++) {
      places.put(features.get(i), i);
    }
  }

  /**
   * The values in the order of the features.
   *
   * @throws RefusedException when a name is missing, unknown or told twice
   */
  float[] row(List<String> keys, float[] values) {
    if (keys.size() != values.length) {
      throw RefusedException.malformed(keys.size() + " keys for " + values.length + " values");
    }
    float[] row = new float[features.size()];
    boolean[] told = new boolean[features.size()];
    List<String> unknown = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      Integer place = places.get(keys.get(i));
      if (place == null) {
        unknown.add(keys.get(i));
      } else if (told[place]) {
        throw RefusedException.malformed("key '" + keys.get(i) + "' occurs twice");
      } else {
        told[place] = true;
        row[place] = values[i];
      }
    }
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < told.length; i++) {
      if (!told[i]) {
        missing.add(features.get(i));
      }
    }
    if (!unknown.isEmpty() || !missing.isEmpty()) {
      throw RefusedException.malformed(
          "model '"
              + model
              + "' has other features:"
              + (missing.isEmpty() ? "" : " missing " + shown(missing))
              + (unknown.isEmpty() ? "" : " unknown " + shown(unknown)));
    }
    return row;
  }

  private static String shown(List<String> names) {
    return names.size() <= MAX_SHOWN
        ? names.toString()
        : names.subList(0, MAX_SHOWN) + " and " + (names.size() - MAX_SHOWN) + " more";
  }
}
