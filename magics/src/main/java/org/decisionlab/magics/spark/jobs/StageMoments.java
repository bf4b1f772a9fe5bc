// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.decisionlab.kernel.cell.CarriedMoment;
import org.decisionlab.magics.spark.jobs.JobEvent.StageKey;

/**
 * The functions that were serialized for a stage. The scheduler of Spark serializes one stage after
 * the other, on a thread of its own and right after it has noted the time: what was carried there
 * between that time and the next one belongs to the stage. Elements of an RDD go with its tasks, on
 * other threads: functions among them belong to every stage that runs. Rather too many are told
 * than too few. Usable from any thread.
 *
 * <p>Memory is bounded, and clocks can be set: of what began before the last function that is
 * forgotten, or before the clock was set, it is said that it is not known.
 */
final class StageMoments {

  private static final int MOST = 1000;
  private static final long NANOS = 1_000_000;

  /** Milliseconds that the clocks may differ by where nobody has set one. */
  private static final long ROUNDING = 3;

  /** Clocks that are corrected slowly stay in order; by less than one part in so many. */
  private static final long SLEW = 1000;

  private final LongSupplier wall;
  private final LongSupplier steady;
  private final Deque<Taken> taken = new ArrayDeque<>();
  private final NavigableSet<Long> starts = new TreeSet<>();
  private final Map<StageKey, Long> submitted = new HashMap<>();
  private long lostUntil;
  private long lastWall;
  private long lastSteady;
  private long lastWindow;

  /**
   * @param wall milliseconds since 1970, as Spark notes the times of stages
   * @param steady nanoseconds of a clock that nobody sets
   */
  StageMoments(LongSupplier wall, LongSupplier steady) {
    this.wall = wall;
    this.steady = steady;
    this.lastWall = wall.getAsLong();
    this.lastSteady = steady.getAsLong();
  }

  /**
   * What a stage was computed with.
   *
   * @param moments its functions, perhaps with some of stages that ran at the same time
   * @param unknown whether there may have been others
   * @param from when it began, in milliseconds since 1970; {@link Long#MIN_VALUE} if not known
   */
  record Functions(List<CarriedMoment> moments, boolean unknown, long from) {}

  /**
   * A function is serialized now.
   *
   * @param scheduler whether for the stage that the scheduler has begun last
   */
  synchronized void carried(CarriedMoment moment, boolean scheduler) {
    long now = compareClocks();
    taken.add(new Taken(now, scheduler, moment));
    if (taken.size() > MOST) {
      lostUntil = Math.max(lostUntil, taken.remove().at());
    }
  }

  /**
   * Where the clock was set, times of before and after tell no order.
   *
   * @return the time now
   */
  private long compareClocks() {
    long before = steady.getAsLong();
    long now = wall.getAsLong();
    long window = steady.getAsLong() - before;
    long passed = (before - lastSteady) / NANOS;
    long expected = lastWall + passed;
    if (Math.abs(now - expected) > ROUNDING + passed / SLEW + (window + lastWindow) / NANOS) {
      lostUntil = Math.max(lostUntil, Math.max(now, expected));
    }
    lastWall = now;
    lastSteady = before;
    lastWindow = window;
    return now;
  }

  /** Whether nothing has been carried so far. */
  synchronized boolean isEmpty() {
    return taken.isEmpty();
  }

  /** A stage has begun, at a time of the scheduler. */
  synchronized void submitted(StageKey stage, long at) {
    submitted.put(stage, at);
    starts.add(at);
  }

  /** A stage has ended; gives back what it was computed with, once. */
  synchronized Functions ended(StageKey stage) {
    Functions ran = running(stage);
    submitted.remove(stage);
    if (submitted.isEmpty()) {
      starts.clear();
    }
    return ran;
  }

  /** What a stage that runs is computed with, as far as it has been serialized. */
  synchronized Functions running(StageKey stage) {
    Long from = submitted.get(stage);
    if (from == null) {
      return new Functions(List.of(), true, Long.MIN_VALUE);
    }
    Long next = starts.higher(from);
    // Within one millisecond it is not known which was first.
    long to = next == null ? Long.MAX_VALUE : next;
    List<CarriedMoment> moments =
        taken.stream()
            .filter(each -> each.at() >= from && (each.at() <= to || !each.scheduler()))
            .map(Taken::moment)
            .toList();
    return new Functions(moments, from <= lostUntil, from);
  }

  /** Whether stages run. */
  synchronized boolean anyRuns() {
    return !submitted.isEmpty();
  }

  /** Stages that have begun are over although their end was not told. */
  synchronized void forgetStages() {
    submitted.clear();
    starts.clear();
  }

  synchronized void clear() {
    forgetStages();
    taken.clear();
    lostUntil = 0;
  }

  /**
   * A function that was serialized.
   *
   * @param at when, in milliseconds since 1970
   * @param scheduler whether by the scheduler, for one stage
   * @param moment what it took with it
   */
  private record Taken(long at, boolean scheduler, CarriedMoment moment) {}
}
