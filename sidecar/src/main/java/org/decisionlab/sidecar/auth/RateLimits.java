// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.auth;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Requests a second for each asker: a bucket of tokens that fills steadily and holds one second's
 * worth. Thread safe; the askers remembered are bounded, the one silent longest is forgotten first.
 */
public final class RateLimits {

  private static final int MAX_ASKERS = 10_000;
  private static final double NANOS = 1e9;

  private static final class Bucket {
    private double left;
    private long filledAt;

    Bucket(double left, long filledAt) {
      this.left = left;
      this.filledAt = filledAt;
    }
  }

  private final double perSecond;
  private final LongSupplier nanoTime;
  private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * Limits for each asker.
   *
   * @param perSecond requests a second, 0 for no limit
   * @param nanoTime a clock that never goes back
   */
  public RateLimits(int perSecond, LongSupplier nanoTime) {
    if (perSecond < 0) {
      throw new IllegalArgumentException("requests a second cannot be negative: " + perSecond);
    }
    this.perSecond = perSecond;
    this.nanoTime = nanoTime;
  }

  /** Whether nobody is limited, so that it does not matter who asks. */
  public boolean areUnlimited() {
    return perSecond == 0;
  }

  /**
   * Takes one request of an asker.
   *
   * @return 0 when it may go on, else whole seconds after which it may come again
   */
  public int take(String asker) {
    if (areUnlimited()) {
      return 0;
    }
    long now = nanoTime.getAsLong();
    synchronized (buckets) {
      Bucket bucket = buckets.computeIfAbsent(asker, name -> new Bucket(perSecond, now));
      if (buckets.size() > MAX_ASKERS) {
        buckets.remove(buckets.keySet().iterator().next());
      }
      double filled = bucket.left + (now - bucket.filledAt) / NANOS * perSecond;
      bucket.left = Math.min(perSecond, filled);
      bucket.filledAt = now;
      if (bucket.left >= 1) {
        bucket.left -= 1;
        return 0;
      }
      return (int) Math.ceil((1 - bucket.left) / perSecond);
    }
  }
}
