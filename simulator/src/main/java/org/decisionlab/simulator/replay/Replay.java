// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.replay;

import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.simulator.cache.CacheSize;
import org.decisionlab.simulator.trace.Trace;

/**
 * A trace, what of it is warm-up, and the caches to run it through.
 *
 * <pre>{@code
 * ReplayReport report =
 *     Replay.of(records)
 *         .warmUpUntil(testStart)
 *         .cache("10%")
 *         .run(Contender.lru(), Contender.lru().admitting("LRU + model", policy));
 * }</pre>
 *
 * <p>Each contender runs in each cache, from empty. The warm-up fills caches and history as ever,
 * admission included, and is not counted. Runs go in parallel; results do not depend on the number
 * of threads. Immutable: every setting returns a new replay.
 */
public final class Replay {

  private final Trace trace;
  private final WarmUp warmUp;
  private final List<CacheSize> caches;
  private final int threads;

  private Replay(Trace trace, WarmUp warmUp, List<CacheSize> caches, int threads) {
    this.trace = trace;
    this.warmUp = warmUp;
    this.caches = caches;
    this.threads = threads;
  }

  /** Of a trace: no warm-up, a cache of 10 % of the distinct bytes, a thread per processor. */
  public static Replay of(Trace trace) {
    int threads = Runtime.getRuntime().availableProcessors();
    return new Replay(trace, WarmUp.none(trace), List.of(CacheSize.parse("10%")), threads);
  }

  /** Of records, which need not be in time order; see {@link Trace#of}. */
  public static Replay of(Collection<AccessRecord> records) {
    return of(Trace.of(records));
  }

  /** Counts only requests at or after an instant; all earlier ones warm up. */
  public Replay warmUpUntil(Instant instant) {
    return new Replay(trace, WarmUp.until(instant).of(trace), caches, threads);
  }

  /**
   * Lets the first part of the requests warm up.
   *
   * @param share of the number of requests, at least 0 and below 1
   */
  public Replay warmUpShare(double share) {
    return new Replay(trace, WarmUp.share(share).of(trace), caches, threads);
  }

  /** Runs through caches of these sizes, each as {@link CacheSize#parse} reads it. */
  public Replay cache(String... sizes) {
    return cache(Arrays.stream(sizes).map(CacheSize::parse).toList());
  }

  /** Runs through caches of these sizes. */
  public Replay cache(List<CacheSize> sizes) {
    if (sizes.isEmpty()) {
      throw new IllegalArgumentException("a replay needs at least one cache size");
    }
    return new Replay(trace, warmUp, List.copyOf(sizes), threads);
  }

  /** Uses at most so many threads. */
  public Replay threads(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("a replay needs at least one thread: " + most);
    }
    return new Replay(trace, warmUp, caches, most);
  }

  /** The trace that is replayed. */
  public Trace trace() {
    return trace;
  }

  /** Runs every contender in every cache; see {@link #run(List)}. */
  public ReplayReport run(Contender... contenders) {
    return run(List.of(contenders));
  }

  /**
   * Runs every contender in every cache.
   *
   * @throws IllegalArgumentException when there is no contender, two share a name, or no request is
   *     left after the warm-up
   * @throws java.util.concurrent.CancellationException when the calling thread is interrupted, or
   *     the runs take longer than 12 hours
   */
  public ReplayReport run(List<Contender> contenders) {
    check(contenders);
    List<SimulationResult> results =
        new Runs(trace, warmUp.requests(), threads).all(contenders, caches);
    return new ReplayReport(ReplayReport.Setting.of(trace, warmUp), results);
  }

  private void check(List<Contender> contenders) {
    if (contenders.isEmpty()) {
      throw new IllegalArgumentException("a replay needs at least one contender");
    }
    Set<String> names = new HashSet<>();
    for (Contender contender : contenders) {
      if (!names.add(contender.name())) {
        throw new IllegalArgumentException(
            "two contenders are called '" + contender.name() + "'; give one another name");
      }
    }
    if (warmUp.requests() >= trace.requests()) {
      throw new IllegalArgumentException(
          warmUp.rule()
              + " leaves no request to count: the trace has "
              + trace.requests()
              + " requests from "
              + trace.time(0)
              + " to "
              + trace.time(trace.requests() - 1));
    }
  }
}
