// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.replay;

import java.time.Instant;
import java.util.Locale;
import org.decisionlab.simulator.trace.Trace;

/**
 * The first requests of a trace, which fill caches and history and are not counted.
 *
 * @param requests how many there are
 * @param rule how they were chosen, in words
 */
record WarmUp(int requests, String rule) {

  /** How the warm-up of a trace is chosen. */
  @FunctionalInterface
  interface Rule {
    WarmUp of(Trace trace);
  }

  static WarmUp none(Trace trace) {
    return new WarmUp(0, "no warm-up");
  }

  static Rule until(Instant instant) {
    return trace -> new WarmUp(trace.firstAt(instant), "warm-up until " + instant);
  }

  static Rule share(double share) {
    if (!(share >= 0 && share < 1)) {
      throw new IllegalArgumentException(
          "the warm-up share must be at least 0 and below 1: " + share);
    }
    String rule =
        String.format(Locale.ROOT, "warm-up over the first %.1f %% of the requests", share * 100);
    return trace -> new WarmUp((int) (trace.requests() * share), rule);
  }
}
