// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import java.util.Map;
import java.util.TreeMap;
import org.decisionlab.training.Target;

/**
 * How to boost.
 *
 * @param outcomes what labels tell apart
 * @param rounds largest number of rounds
 * @param patience rounds without a better one after which to stop
 * @param target by what the best round is chosen
 * @param seed of what is drawn
 * @param threads of the library
 * @param parameters the library's own, by its names
 */
record BoostingSettings(
    Outcomes outcomes,
    int rounds,
    int patience,
    Target target,
    int seed,
    int threads,
    Map<String, String> parameters) {

  BoostingSettings {
    parameters = java.util.Collections.unmodifiableMap(new TreeMap<>(parameters));
  }
}
