// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.feature;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.name.LogicalFileName;
import org.jspecify.annotations.Nullable;

/** Everything that can be asked of a file when it is opened. A new one is one line here. */
public enum Quantity {
  /** Size of the file. */
  SIZE("size", "byte", q -> q.size()),
  /** Earlier openings of the file. */
  FILE_ACCESSES("file_accesses", "count", q -> (double) q.stats.accesses()),
  /** Time since the last opening of the file. */
  FILE_IDLE("file_idle", "hour", q -> q.hoursSince(q.stats.lastAccess())),
  /** Time between the last two openings of the file. */
  FILE_GAP("file_gap", "hour", q -> hours(q.stats.secondLastAccess(), q.stats.lastAccess())),
  /** Time since the first opening of the file. */
  FILE_AGE("file_age", "hour", q -> q.hoursSince(q.stats.firstAccess())),
  /** Openings of the file, each halved per day since. */
  FILE_DAY_RATE("file_day_rate", "count", q -> q.stats.dayRate()),
  /** Earlier openings of files of its group. */
  GROUP_ACCESSES("group_accesses", "count", q -> (double) q.stats.group().accesses()),
  /** Time since the last opening of a file of its group. */
  GROUP_IDLE("group_idle", "hour", q -> q.hoursSince(q.stats.group().lastAccess())),
  /** Time since the first opening of a file of its group. */
  GROUP_AGE("group_age", "hour", q -> q.hoursSince(q.stats.group().firstAccess())),
  /** Distinct files of its group opened so far. */
  GROUP_FILES("group_files", "count", q -> (double) q.stats.group().files()),
  /** Openings in its group, each halved per day since. */
  GROUP_DAY_RATE("group_day_rate", "count", q -> q.stats.group().dayRate()),
  /** Openings in its group, each halved per seven days since. */
  GROUP_WEEK_RATE("group_week_rate", "count", q -> q.stats.group().weekRate()),
  /** Size of one event of the file's data tier. */
  TIER_EVENT_SIZE("tier_event_size", "kilobyte", q -> q.eventKilobytes());

  /** What a question is asked about. */
  record Question(AccessRecord access, LogicalFileName name, FileStats stats) {

    @Nullable Double size() {
      Long told = access.sizeBytes();
      Long known = told == null ? stats.sizeBytes() : told;
      return known == null ? null : (Double) (double) known;
    }

    @Nullable Double hoursSince(@Nullable Instant then) {
      return hours(then, access.openedAt());
    }

    @Nullable Double eventKilobytes() {
      var size = name.eventKilobytes();
      return size.isPresent() ? (Double) size.getAsDouble() : null;
    }
  }

  @FunctionalInterface
  private interface Formula {
    @Nullable Double of(Question question);
  }

  private static final double MICROS_PER_HOUR = 3.6e9;

  private final String word;
  private final String unit;
  private final Formula formula;

  Quantity(String word, String unit, Formula formula) {
    this.word = word;
    this.unit = unit;
    this.formula = formula;
  }

  /** The feature's name in tables, model cards and requests. */
  public String word() {
    return word;
  }

  /** Unit of the unscaled value. */
  public String unit() {
    return unit;
  }

  /** The unscaled value, or null when it is not known. */
  @Nullable Double of(Question question) {
    return formula.of(question);
  }

  /** Never negative, also when a question comes later than records newer than itself. */
  private static @Nullable Double hours(@Nullable Instant from, @Nullable Instant to) {
    if (from == null || to == null) {
      return null;
    }
    return Math.max(0, micros(to) - micros(from)) / MICROS_PER_HOUR;
  }

  /** Instants are resolved to microseconds, as in {@link FileHistory} and in Spark's timestamps. */
  private static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }
}
