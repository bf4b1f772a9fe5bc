// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.timing;

import org.jspecify.annotations.Nullable;

/**
 * Takes the results of code that is measured, so that the compiler of the JVM cannot leave the code
 * out: every result may become visible to another thread. What it costs is part of the measurement,
 * about a nanosecond.
 */
public final class Sink {

  private static final long MOST = 1L << 20;

  private long count;
  private long next = 1;
  private volatile @Nullable Object object;
  private volatile long bits;

  /** Takes a result. */
  public void take(@Nullable Object value) {
    if (++count >= next) {
      object = value;
      later();
    }
  }

  /** Takes a result. */
  public void take(long value) {
    if (++count >= next) {
      bits = value;
      later();
    }
  }

  /** Takes a result. */
  public void take(double value) {
    if (++count >= next) {
      bits = Double.doubleToRawLongBits(value);
      later();
    }
  }

  /** Takes a result. */
  public void take(boolean value) {
    if (++count >= next) {
      bits = value ? 1 : 0;
      later();
    }
  }

  /** Whether anything was taken; never asked in a measurement. */
  boolean used() {
    return object != null || bits != 0 || count > 0;
  }

  /** What is kept is kept at ever longer intervals: it must cost little, and not end. */
  private void later() {
    next = count + Math.min(MOST, count + 1);
  }
}
