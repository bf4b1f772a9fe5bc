// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.replay;

import java.util.function.ToLongFunction;
import org.decisionlab.simulator.cache.Tally;

/** A ratio by which contenders are compared. */
public enum Metric {
  /** Hits over requests. */
  HIT_RATIO(Tally::hits, Tally::requests),
  /** Bytes of hits over bytes asked. */
  BYTE_HIT_RATIO(Tally::bytesHit, Tally::bytesAsked),
  /** Bytes written over bytes asked. */
  WRITES_PER_BYTE_READ(Tally::bytesWritten, Tally::bytesAsked);

  private final ToLongFunction<Tally> above;
  private final ToLongFunction<Tally> below;

  Metric(ToLongFunction<Tally> above, ToLongFunction<Tally> below) {
    this.above = above;
    this.below = below;
  }

  /** Its value; 0 when nothing was asked. */
  public double of(Tally tally) {
    long whole = denominator(tally);
    return whole == 0 ? 0 : (double) numerator(tally) / whole;
  }

  long numerator(Tally tally) {
    return above.applyAsLong(tally);
  }

  long denominator(Tally tally) {
    return below.applyAsLong(tally);
  }
}
