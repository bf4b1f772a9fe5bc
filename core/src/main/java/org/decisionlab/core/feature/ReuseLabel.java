// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.feature;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a file was opened again within a horizon, and from when on that is known.
 *
 * @param reused whether it was
 * @param knownFrom the moment of the next opening, or the end of the horizon when there was none
 */
public record ReuseLabel(boolean reused, Instant knownFrom) {

  /**
   * The label of an opening.
   *
   * @param openedAt when the file was opened
   * @param nextOpenedAt when it was opened next, null when never in what was observed
   * @param horizon how soon counts as again; an opening exactly at its end counts
   * @param observedUntil end of the observation
   * @return empty when the horizon ends after the observation without another opening: not known
   *     yet
   */
  public static Optional<ReuseLabel> of(
      Instant openedAt, @Nullable Instant nextOpenedAt, Duration horizon, Instant observedUntil) {
    Instant end = openedAt.plus(horizon);
    if (nextOpenedAt != null && !nextOpenedAt.isAfter(end)) {
      return Optional.of(new ReuseLabel(true, nextOpenedAt));
    }
    if (end.isAfter(observedUntil)) {
      return Optional.empty();
    }
    return Optional.of(new ReuseLabel(false, end));
  }
}
