// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The terms as they are now, and counts of what was asked for. Thread safe. */
public final class Switches {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private final ReentrantLock changing = new ReentrantLock();
  private final Condition changed = changing.newCondition();
  private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();
  private volatile Terms terms;

  Switches(Terms terms) {
    this.terms = terms;
  }

  /** The terms as they are now. */
  public Terms terms() {
    return terms;
  }

  /** Changes the terms. */
  public Terms change(UnaryOperator<Terms> change) {
    changing.lock();
    try {
      terms = change.apply(terms);
      changed.signalAll();
      return terms;
    } finally {
      changing.unlock();
    }
  }

  /**
   * Changes some of the terms.
   *
   * @param some terms by their names
   * @throws IllegalArgumentException when there is no such term, or no such value; nothing is
   *     changed then
   */
  @SuppressWarnings("unchecked")
  public Terms change(Map<String, ?> some) {
    return change(
        old -> {
          Map<String, Object> all = new LinkedHashMap<>(JSON.convertValue(old, Map.class));
          all.putAll(some);
          try {
            return JSON.convertValue(all, Terms.class);
          } catch (JacksonException e) {
            throw new IllegalArgumentException("no such terms: " + e.getOriginalMessage(), e);
          }
        });
  }

  /** Whether the outage is over within some time. */
  boolean awaitService(long seconds) throws InterruptedException {
    long left = TimeUnit.SECONDS.toNanos(seconds);
    changing.lock();
    try {
      while (terms.outage() != Outage.NONE) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } finally {
      changing.unlock();
    }
  }

  /** Counts one more. */
  void count(String what) {
    counts.computeIfAbsent(what, name -> new AtomicLong()).incrementAndGet();
  }

  /** How often something was counted. */
  public long counted(String what) {
    AtomicLong count = counts.get(what);
    return count == null ? 0 : count.get();
  }

  /** All counts. */
  public Map<String, Long> counts() {
    Map<String, Long> all = new TreeMap<>();
    counts.forEach((name, count) -> all.put(name, count.get()));
    return all;
  }
}
