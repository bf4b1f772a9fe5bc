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
   * @param nextOpenedAt the next later instant at which it was opened, null when there was none in
   *     what was observed; another opening at the very same instant is not "again"
   * @param horizon how soon counts as again; an opening exactly at its end counts
   * @param observedUntil end of the observation; an opening after it is not looked at
   * @throws IllegalArgumentException when the next opening is not later
   * @return empty when the horizon ends after the observation without another opening: not known
   *     yet
   */
  public static Optional<ReuseLabel> of(
      Instant openedAt, @Nullable Instant nextOpenedAt, Duration horizon, Instant observedUntil) {
    if (nextOpenedAt != null && !nextOpenedAt.isAfter(openedAt)) {
      throw new IllegalArgumentException(
          "the next opening " + nextOpenedAt + " is not later than " + openedAt);
    }
    Instant end = openedAt.plus(horizon);
    boolean observed = nextOpenedAt != null && !nextOpenedAt.isAfter(observedUntil);
    if (nextOpenedAt != null && observed && !nextOpenedAt.isAfter(end)) {
      return Optional.of(new ReuseLabel(true, nextOpenedAt));
    }
    if (end.isAfter(observedUntil)) {
      return Optional.empty();
    }
    return Optional.of(new ReuseLabel(false, end));
  }
}
