// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.feature;

import org.jspecify.annotations.Nullable;

/**
 * Counts and decayed rates of one file or group. Openings at the latest instant are held apart, so
 * that a question asked at that instant does not see them.
 *
 * <p>Times are microseconds since 1970. {@link StrictMath} keeps the rates bit-equal on every
 * machine.
 */
final class Activity {

  private static final double DAY_MICROS = 86_400e6;
  private static final double WEEK_MICROS = 7 * DAY_MICROS;

  /** The state strictly before an instant. */
  record View(
      long count,
      long first,
      long last,
      @Nullable Long secondLast,
      long members,
      double dayRate,
      double weekRate,
      long age,
      @Nullable Long size) {
    double dayRateNow() {
      return dayRate * decay(age, DAY_MICROS);
    }

    double weekRateNow() {
      return weekRate * decay(age, WEEK_MICROS);
    }
  }

  private long first;
  private long last;
  private boolean hasSecondLast;
  private long secondLast;
  private long count;
  private long members;
  private double dayRate;
  private double weekRate;
  private @Nullable Long size;

  /**
   * The rates at the instant of what is pending, without it; not a number until they are needed.
   * They stay the same until it is folded.
   */
  private double fadedDayRate = Double.NaN;

  private double fadedWeekRate = Double.NaN;

  private long pendingAt;
  private long pendingCount;
  private long pendingMembers;
  private @Nullable Long pendingSize;

  Activity(long at) {
    first = at;
    pendingAt = at;
  }

  /** The latest instant at which anything happened. */
  long latest() {
    return pendingAt;
  }

  /** Whether no opening has been added yet. */
  boolean isNew() {
    return count + pendingCount == 0;
  }

  /** Adds an opening at or after {@link #latest()}. */
  void add(long at, boolean newMember, @Nullable Long sizeBytes) {
    if (at > pendingAt) {
      fold();
      pendingAt = at;
    }
    pendingCount++;
    pendingMembers += newMember ? 1 : 0;
    if (sizeBytes != null) {
      Long known = pendingSize;
      pendingSize = known == null ? sizeBytes : Math.max(known, sizeBytes);
    }
  }

  private void fold() {
    if (count > 0) {
      hasSecondLast = true;
      secondLast = last;
    }
    dayRate = fadedDayRate() + pendingCount;
    weekRate = fadedWeekRate() + pendingCount;
    fadedDayRate = Double.NaN;
    fadedWeekRate = Double.NaN;
    last = pendingAt;
    count += pendingCount;
    members += pendingMembers;
    size = pendingSize == null ? size : pendingSize;
    pendingCount = 0;
    pendingMembers = 0;
    pendingSize = null;
  }

  /**
   * What happened strictly before {@code asked}, or null when nothing did within {@code retention}.
   * Asked about an instant older than what it has folded, it answers as of the latter.
   */
  @Nullable View before(long asked, long retention) {
    long at = count == 0 ? asked : Math.max(asked, last);
    boolean pendingSeen = pendingAt < at;
    long seen = pendingSeen ? count + pendingCount : count;
    long newest = pendingSeen ? pendingAt : last;
    if (seen == 0 || at - newest > retention) {
      return null;
    }
    double day = dayRate;
    double week = weekRate;
    Long previous = hasSecondLast ? (Long) secondLast : null;
    if (pendingSeen) {
      previous = count > 0 ? (Long) last : null;
      day = fadedDayRate() + pendingCount;
      week = fadedWeekRate() + pendingCount;
    }
    return new View(
        seen,
        first,
        newest,
        previous,
        pendingSeen ? members + pendingMembers : members,
        day,
        week,
        at - newest,
        pendingSeen && pendingSize != null ? pendingSize : size);
  }

  // Powers are the dearest part of a question, so none is taken twice.

  private double fadedDayRate() {
    if (Double.isNaN(fadedDayRate)) {
      fadedDayRate = count == 0 ? 0 : dayRate * decay(pendingAt - last, DAY_MICROS);
    }
    return fadedDayRate;
  }

  private double fadedWeekRate() {
    if (Double.isNaN(fadedWeekRate)) {
      fadedWeekRate = count == 0 ? 0 : weekRate * decay(pendingAt - last, WEEK_MICROS);
    }
    return fadedWeekRate;
  }

  private static double decay(long micros, double halfLife) {
    return StrictMath.pow(2, -micros / halfLife);
  }
}
