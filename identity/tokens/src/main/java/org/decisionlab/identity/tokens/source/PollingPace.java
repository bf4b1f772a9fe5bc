// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.source;

import java.time.Duration;

/**
 * How long one login by device code waits between its questions (RFC 8628, 3.5). It begins with the
 * interval that the answer with the code names. {@code slow_down} lengthens the interval for all
 * questions to come; an issuer that is not reached is left alone for twice as long each time, until
 * it answers again.
 */
final class PollingPace {

  private static final long USUAL = 5;
  private static final long SLOWER = 5;

  /** To this a wait grows while the issuer is away; it is longer only where the interval is. */
  private static final long LONGEST_AWAY = 60;

  /** No code lives that long, and sums stay far from what a long can hold. */
  private static final long LONGEST = 1L << 20;

  private long interval;
  private long wait;

  /**
   * @param named seconds that the issuer names; 0 or less where it names none
   */
  PollingPace(long named) {
    interval = named > 0 ? Math.min(named, LONGEST) : USUAL;
    wait = interval;
  }

  /** How long to wait before the next question. */
  Duration next() {
    return Duration.ofSeconds(wait);
  }

  /** The issuer has answered that nobody has logged in yet. */
  void pending() {
    wait = interval;
  }

  /** The issuer has answered {@code slow_down}. */
  void slowDown() {
    interval = Math.min(LONGEST, interval + SLOWER);
    wait = interval;
  }

  /** The issuer was not reached, or had no answer of its own. */
  void away() {
    wait = Math.max(interval, Math.min(LONGEST_AWAY, 2 * wait));
  }
}
