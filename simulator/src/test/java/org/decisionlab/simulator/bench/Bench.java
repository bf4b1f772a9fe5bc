// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.bench;

import java.util.Arrays;
import java.util.Locale;
import org.decisionlab.simulator.cache.Admission;
import org.decisionlab.simulator.cache.Cache;
import org.decisionlab.simulator.cache.CacheSize;
import org.decisionlab.simulator.generate.Preset;
import org.decisionlab.simulator.generate.Span;
import org.decisionlab.simulator.policy.Eviction;
import org.decisionlab.simulator.trace.Trace;
import org.decisionlab.simulator.trace.TraceOptions;

/**
 * Prints requests per second of every policy, on one thread, over about five million generated
 * requests in a cache of 10 %: the median and the extremes of five rounds after two that are not
 * counted.
 */
public final class Bench {

  private static final int ROUNDS = 7;
  private static final int NOT_COUNTED = 2;

  private Bench() {}

  public static void main(String[] args) {
    Span span = Span.ofDays(100, 1).withRequestsPerDay(50_000);
    Trace trace = Trace.read(Preset.IT_2018_LIKE.records(span), TraceOptions.DEFAULT);
    long capacity = CacheSize.parse("10%").bytesOf(trace.distinctBytes());
    System.out.printf("%,d requests, %,d files%n", trace.requests(), trace.files());
    for (Eviction eviction : Eviction.values()) {
      double[] rates = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        long started = System.nanoTime();
        Cache cache = new Cache(trace, capacity, eviction.create(trace), Admission.ALL);
        long hits = cache.serve(0, trace.requests()).hits();
        rates[round] = trace.requests() * 1e3 / (System.nanoTime() - started);
        if (hits == 0) {
          throw new IllegalStateException("no hits: nothing was measured");
        }
      }
      double[] counted = Arrays.copyOfRange(rates, NOT_COUNTED, ROUNDS);
      Arrays.sort(counted);
      System.out.printf(
          Locale.ROOT,
          "%-8s %6.1f M requests/s (%.1f to %.1f)%n",
          eviction.title(),
          counted[counted.length / 2],
          counted[0],
          counted[counted.length - 1]);
    }
  }
}
