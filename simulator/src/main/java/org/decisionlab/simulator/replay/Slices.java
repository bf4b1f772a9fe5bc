// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.replay;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.decisionlab.simulator.cache.Tally;
import org.decisionlab.simulator.trace.Trace;

/**
 * The measured part of a trace cut at every midnight (UTC) and at the borders of {@value #BLOCKS}
 * blocks of equal duration, so that one pass serves both the daily series and the blocks.
 */
final class Slices {

  /** Time blocks that stand for independent repetitions when noise is judged. */
  static final int BLOCKS = 24;

  private static final long DAY_MICROS = Duration.ofDays(1).toNanos() / 1000;

  /** One stretch of requests that lies within one day and one block. */
  record Slice(int from, int to, long day, int block) {}

  private final List<Slice> slices = new ArrayList<>();

  Slices(Trace trace, int first) {
    long start = trace.micros(first);
    double blockMicros = (trace.micros(trace.requests() - 1) - start + 1) / (double) BLOCKS;
    int from = first;
    long day = Math.floorDiv(start, DAY_MICROS);
    int block = 0;
    for (int i = first; i < trace.requests(); i++) {
      long time = trace.micros(i);
      long dayOf = Math.floorDiv(time, DAY_MICROS);
      int blockOf = Math.min(BLOCKS - 1, (int) ((time - start) / blockMicros));
      if (dayOf != day || blockOf != block) {
        slices.add(new Slice(from, i, day, block));
        from = i;
        day = dayOf;
        block = blockOf;
      }
    }
    slices.add(new Slice(from, trace.requests(), day, block));
  }

  List<Slice> all() {
    return slices;
  }

  /** Tallies of the slices, summed by day. */
  List<PeriodResult> days(List<Tally> tallies) {
    List<PeriodResult> days = new ArrayList<>();
    long open = Long.MIN_VALUE;
    for (int i = 0; i < slices.size(); i++) {
      long day = slices.get(i).day();
      if (day != open) {
        Instant start = Instant.EPOCH.plus(day, ChronoUnit.DAYS);
        days.add(new PeriodResult(start, tallies.get(i)));
        open = day;
      } else {
        PeriodResult last = days.get(days.size() - 1);
        days.set(
            days.size() - 1, new PeriodResult(last.start(), last.tally().plus(tallies.get(i))));
      }
    }
    return days;
  }

  /** Tallies of the slices, summed by block; blocks without requests are left out. */
  List<Tally> blocks(List<Tally> tallies) {
    Tally[] sums = new Tally[BLOCKS];
    java.util.Arrays.fill(sums, Tally.NOTHING);
    for (int i = 0; i < slices.size(); i++) {
      int block = slices.get(i).block();
      sums[block] = sums[block].plus(tallies.get(i));
    }
    return java.util.Arrays.stream(sums).filter(t -> t.requests() > 0).toList();
  }
}
