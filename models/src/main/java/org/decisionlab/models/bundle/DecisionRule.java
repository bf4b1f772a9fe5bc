// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.bundle;

import java.time.Duration;

/**
 * How an answer becomes a decision.
 *
 * @param threshold probability from which on a file is stored, 0 to 1
 * @param horizon within which the model says that the file is opened again
 */
public record DecisionRule(double threshold, Duration horizon) {

  /** Refuses a threshold that is no probability and a horizon that is no span of time. */
  public DecisionRule {
    if (!(threshold >= 0 && threshold <= 1)) {
      throw new IllegalArgumentException("threshold must be between 0 and 1: " + threshold);
    }
    if (horizon.isZero() || horizon.isNegative()) {
      throw new IllegalArgumentException("horizon must be above 0: " + horizon);
    }
  }
}
