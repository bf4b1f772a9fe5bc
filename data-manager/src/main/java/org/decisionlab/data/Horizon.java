// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import java.time.Duration;
import java.util.Locale;

/**
 * How soon a file must be opened again for its opening to count as reused: the turnover time of the
 * cache, bounded so that every window of the split keeps openings whose label is known.
 *
 * @param duration the horizon, above zero
 * @param turnover the turnover time that was asked for, at least the horizon
 * @param shortest name of the shortest window, which sets the bound
 */
public record Horizon(Duration duration, Duration turnover, Split shortest) {

  /** An opening counts when its horizon ends in its own window, so half of that may be waiting. */
  private static final int WINDOW_OVER_BOUND = 2;

  /** Refuses a horizon that is not positive, or longer than the turnover. */
  public Horizon {
    if (duration.isNegative() || duration.isZero() || duration.compareTo(turnover) > 0) {
      throw new IllegalArgumentException(
          "a horizon is above zero and not longer than the turnover: "
              + duration
              + ", "
              + turnover);
    }
  }

  /**
   * The turnover time, but at most half of the shortest window.
   *
   * @param turnover how long the cache takes to replace its content
   * @param windows the split whose labels are to be known
   * @throws IllegalArgumentException when the turnover is not positive: the records then span no
   *     time in which it could be measured
   */
  public static Horizon of(Duration turnover, TimeWindows windows) {
    if (turnover.isNegative() || turnover.isZero()) {
      throw new IllegalArgumentException(
          "the turnover time must be positive, not " + turnover + "; are there enough records?");
    }
    Split shortest = Split.TRAIN;
    for (Split split : new Split[] {Split.VALIDATION, Split.TEST}) {
      if (windows.length(split).compareTo(windows.length(shortest)) < 0) {
        shortest = split;
      }
    }
    Duration bound = windows.length(shortest).dividedBy(WINDOW_OVER_BOUND);
    return new Horizon(turnover.compareTo(bound) > 0 ? bound : turnover, turnover, shortest);
  }

  /** Whether the turnover is longer than labels can wait for. */
  public boolean bounded() {
    return duration.compareTo(turnover) < 0;
  }

  /** The horizon in a sentence or three, for people. */
  @Override
  public String toString() {
    return bounded()
        ? String.format(
            Locale.ROOT,
            "The cache turns over in %.1f hours, or more; labels cannot wait for that. The horizon is"
                + " bounded to %.1f hours, half of the %s window:%na file that comes back later"
                + " counts as not reused, although the cache may still hold it.",
            hours(turnover),
            hours(duration),
            shortest.word())
        : String.format(
            Locale.ROOT,
            "The cache turns over in %.1f hours: that is the horizon.",
            hours(duration));
  }

  private static double hours(Duration duration) {
    return duration.toSeconds() / 3600.0;
  }
}
