// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.replay;

import java.util.function.Function;
import org.decisionlab.core.decision.DecisionPolicy;
import org.decisionlab.simulator.cache.Admission;
import org.decisionlab.simulator.policy.Eviction;
import org.decisionlab.simulator.policy.EvictionPolicy;
import org.decisionlab.simulator.trace.Trace;
import org.jspecify.annotations.Nullable;

/**
 * What takes part in a replay: an eviction policy and, if wanted, a decision policy that says which
 * missed files are stored.
 *
 * <p>One decision policy object is asked by one thread at a time, whatever the number of contenders
 * and sizes that share it. Its answer must depend on its arguments only; one that learns while it
 * answers would carry what it learnt from one cache size to the next.
 *
 * @param name shown in reports; each contender of a replay has its own
 * @param eviction makes the eviction policy, once per cache
 * @param decision decides what is stored; null stores everything
 */
public record Contender(
    String name, Function<Trace, EvictionPolicy> eviction, @Nullable DecisionPolicy decision) {

  /** Refuses a blank name. */
  public Contender {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a contender needs a name");
    }
  }

  /** Least recently used first. */
  public static Contender lru() {
    return of(Eviction.LRU);
  }

  /** First in, first out. */
  public static Contender fifo() {
    return of(Eviction.FIFO);
  }

  /** SIEVE (NSDI 2024). */
  public static Contender sieve() {
    return of(Eviction.SIEVE);
  }

  /** Farthest next request first: looks ahead, a mark to compare with. */
  public static Contender belady() {
    return of(Eviction.BELADY);
  }

  /** A policy of the house, storing everything. */
  public static Contender of(Eviction eviction) {
    return new Contender(eviction.title(), eviction::create, null);
  }

  /** This contender under another name. */
  public Contender named(String other) {
    return new Contender(other, eviction, decision);
  }

  /** This contender, storing only what a decision policy says. */
  public Contender admitting(String newName, DecisionPolicy policy) {
    return new Contender(newName, eviction, policy);
  }

  Admission admission(Trace trace) {
    return decision == null ? Admission.ALL : Admission.by(trace, decision);
  }
}
