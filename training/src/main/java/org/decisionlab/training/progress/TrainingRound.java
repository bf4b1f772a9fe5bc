// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.progress;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one round of a training came to.
 *
 * @param number of the round, from 1
 * @param figures by the names of the {@link TrainingOutline}; what is not known is left out
 * @param seconds wall-clock time of the round
 * @param best whether it is the best so far
 */
public record TrainingRound(int number, Map<String, Double> figures, double seconds, boolean best) {

  /** Copies the figures. */
  public TrainingRound {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
  }
}
