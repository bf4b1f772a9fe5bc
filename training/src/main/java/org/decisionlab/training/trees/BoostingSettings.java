// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import java.util.Map;
import java.util.TreeMap;

/**
 * How to boost.
 *
 * @param outcomes what labels tell apart
 * @param rounds largest number of rounds
 * @param patience rounds without a lower validation loss after which to stop
 * @param seed of what is drawn
 * @param threads of the library
 * @param parameters the library's own, by its names
 */
record BoostingSettings(
    Outcomes outcomes,
    int rounds,
    int patience,
    int seed,
    int threads,
    Map<String, String> parameters) {

  BoostingSettings {
    parameters = java.util.Collections.unmodifiableMap(new TreeMap<>(parameters));
  }
}
