// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.replay;

import java.time.Duration;
import java.util.List;
import org.decisionlab.simulator.cache.Tally;

/**
 * What one contender did in one cache, after the warm-up.
 *
 * @param contender its name
 * @param cache the size as it was asked for, such as 10%
 * @param capacityBytes that size in bytes
 * @param tally all requests after the warm-up
 * @param days the same by day (UTC), days without requests left out
 * @param blocks the same by blocks of equal duration, blocks without requests left out
 * @param span time from the first counted request to the last
 * @param requestsPerSecond speed of this run over all requests, warm-up included; differs from run
 *     to run
 */
public record SimulationResult(
    String contender,
    String cache,
    long capacityBytes,
    Tally tally,
    List<PeriodResult> days,
    List<Tally> blocks,
    Duration span,
    double requestsPerSecond) {

  private static final double DAY_NANOS = Duration.ofDays(1).toNanos();

  /** Copies its lists. */
  public SimulationResult {
    days = List.copyOf(days);
    blocks = List.copyOf(blocks);
  }

  /**
   * Bytes that the cache served and did not have to write for it, per byte of capacity and day: (Rh
   * - W) / C over the measured span in days of 24 hours, days without requests included. Negative
   * when more was written than served; not a number when all counted requests are at one instant.
   */
  public double throughput() {
    double days = span.toNanos() / DAY_NANOS;
    double gained = (double) (tally.bytesHit() - tally.bytesWritten()) / capacityBytes;
    return days > 0 ? gained / days : Double.NaN;
  }
}
