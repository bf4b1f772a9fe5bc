// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.replay;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.simulator.cache.Admission;
import org.decisionlab.simulator.cache.Cache;
import org.decisionlab.simulator.cache.CacheSize;
import org.decisionlab.simulator.cache.Tally;
import org.decisionlab.simulator.policy.Eviction;
import org.decisionlab.simulator.policy.EvictionPolicy;
import org.decisionlab.simulator.trace.Trace;

/**
 * How long a cache takes to replace what it holds: bytes in the cache over bytes stored per time,
 * under LRU that stores every miss.
 *
 * <p>It is the natural horizon of the question whether a file will be asked for again: what is not
 * asked for within it would be evicted before it is of use.
 */
public final class Turnover {

  private Turnover() {}

  /** Of records; see {@link #of(Trace, CacheSize)}. */
  public static Duration of(Collection<AccessRecord> records, String capacity) {
    return of(Trace.of(records), CacheSize.parse(capacity));
  }

  /**
   * Measured from the first eviction to the end of the trace, so that the filling of the empty
   * cache does not count. A cache that never fills has not turned over: the answer is then the
   * duration of the trace, a lower bound.
   */
  public static Duration of(Trace trace, CacheSize capacity) {
    return of(trace, capacity, trace.requests());
  }

  /**
   * Measured on the requests before an instant alone. The sizes are those of the whole trace: a
   * record before it that tells none has that of a later one.
   *
   * @param capacity size of the cache; a share is one of the distinct bytes of the whole trace
   * @param until the first instant that is not looked at
   * @throws IllegalArgumentException when no request lies before it
   */
  public static Duration of(Trace trace, CacheSize capacity, Instant until) {
    int end = trace.firstAt(until);
    if (end == 0) {
      throw new IllegalArgumentException(
          "no request lies before " + until + "; the first is at " + trace.time(0));
    }
    return of(trace, capacity, end);
  }

  private static Duration of(Trace trace, CacheSize capacity, int end) {
    long bytes = capacity.bytesOf(trace.distinctBytes());
    FirstEviction eviction = new FirstEviction(Eviction.LRU.create(trace));
    Cache cache = new Cache(trace, bytes, eviction, Admission.ALL);
    int request = 0;
    while (request < end) {
      cache.serve(request, request + 1);
      if (eviction.seen) {
        break;
      }
      request++;
    }
    int last = end - 1;
    if (request >= last) {
      return Duration.of(trace.micros(last) - trace.micros(0), ChronoUnit.MICROS);
    }
    Tally full = cache.serve(request + 1, end);
    long micros = trace.micros(last) - trace.micros(request);
    if (full.bytesWritten() == 0) {
      return Duration.of(trace.micros(last) - trace.micros(0), ChronoUnit.MICROS);
    }
    double turnover = (double) cache.usedBytes() * micros / full.bytesWritten();
    return Duration.of((long) turnover, ChronoUnit.MICROS);
  }

  /** Notices that a file had to go for want of room; one made anew goes without. */
  private static final class FirstEviction implements EvictionPolicy {
    private final EvictionPolicy policy;
    private boolean seen;

    FirstEviction(EvictionPolicy policy) {
      this.policy = policy;
    }

    @Override
    public void stored(int file, int request) {
      policy.stored(file, request);
    }

    @Override
    public void hit(int file, int request) {
      policy.hit(file, request);
    }

    @Override
    public void removed(int file, int request) {
      policy.removed(file, request);
    }

    @Override
    public int victim(int request) {
      seen = true;
      return policy.victim(request);
    }

    @Override
    public int size() {
      return policy.size();
    }
  }
}
