// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.generate;

import java.time.Duration;
import java.time.Instant;

/**
 * How much is generated.
 *
 * @param start midnight (UTC) of the first day
 * @param days how many days, 1 to 3,650
 * @param requestsPerDay mean number of records per day, 10 to 1,000,000; catalogues grow with it
 * @param seed same seed, same records
 */
public record Span(Instant start, int days, int requestsPerDay, long seed) {

  /** The first day unless told otherwise: a Monday. */
  public static final Instant DEFAULT_START = Instant.parse("2018-10-01T00:00:00Z");

  /** Records per day unless told otherwise: about 90,000 in 30 days. */
  public static final int DEFAULT_REQUESTS_PER_DAY = 3_000;

  private static final long MOST_REQUESTS = 1_000_000_000;
  private static final long DAY_SECONDS = Duration.ofDays(1).toSeconds();

  /** Refuses what cannot be generated. */
  public Span {
    if (start.getNano() != 0 || Math.floorMod(start.getEpochSecond(), DAY_SECONDS) != 0) {
      throw new IllegalArgumentException("start must be midnight UTC: " + start);
    }
    if (days < 1 || days > 3_650) {
      throw new IllegalArgumentException("days must be 1 to 3650: " + days);
    }
    if (requestsPerDay < 10 || requestsPerDay > 1_000_000) {
      throw new IllegalArgumentException("requestsPerDay must be 10 to 1000000: " + requestsPerDay);
    }
    if ((long) days * requestsPerDay > MOST_REQUESTS) {
      throw new IllegalArgumentException(
          "at most %d records can be generated, asked for are %d days of %d"
              .formatted(MOST_REQUESTS, days, requestsPerDay));
    }
  }

  /** So many days from the default start at the default rate. */
  public static Span ofDays(int days, long seed) {
    return new Span(DEFAULT_START, days, DEFAULT_REQUESTS_PER_DAY, seed);
  }

  /** The same at another rate. */
  public Span withRequestsPerDay(int rate) {
    return new Span(start, days, rate, seed);
  }

  /** The end of the last day, not included. */
  public Instant end() {
    return start.plus(Duration.ofDays(days));
  }

  /** Milliseconds since 1970 at which a day begins; days before the first are negative. */
  long dayMillis(int day) {
    return (start.getEpochSecond() + day * DAY_SECONDS) * 1000;
  }
}
