// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.feature;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.name.LogicalFileName;
import org.jspecify.annotations.Nullable;

/**
 * Bounded memory of what was opened, which tells what was known of a file before an instant.
 *
 * <p>Records are added in time order; one that is older than another of its group is refused and
 * counted. What has not been opened for the retention time counts as never seen, so the answer
 * depends on the file's own group only: a history fed with one group gives the same answers as one
 * fed with all. The one exception is counted in {@link #truncations()}: when more files are alive
 * than the bound allows, the one idle longest is forgotten early.
 *
 * <p>Not safe for use by several threads. Times are resolved to microseconds.
 */
public final class FileHistory {

  /** How long a file is remembered after its last opening, unless told otherwise. */
  public static final Duration DEFAULT_RETENTION = Duration.ofDays(60);

  /** How many files are remembered, unless told otherwise. */
  public static final int DEFAULT_MAX_FILES = 2_000_000;

  /** Groups of one instant that are kept at hand. */
  private static final int MAX_ASKED = 1_000;

  private final long retention;
  private final int maxFiles;
  private final Map<String, Activity> files = new LinkedHashMap<>();
  private final Map<String, Activity> groups = new LinkedHashMap<>();

  /** Groups that were asked about at the same instant, since an opening was added. */
  private final Map<String, GroupStats> asked = new HashMap<>();

  private long askedAt;
  private long late;
  private long truncations;

  /** A history with the default retention and bound. */
  public FileHistory() {
    this(DEFAULT_RETENTION, DEFAULT_MAX_FILES);
  }

  /**
   * A history with its own bounds.
   *
   * @param retention how long a file is remembered after its last opening
   * @param maxFiles how many files are remembered at most
   */
  public FileHistory(Duration retention, int maxFiles) {
    if (retention.isNegative() || retention.isZero() || maxFiles < 1) {
      throw new IllegalArgumentException(
          "retention and maxFiles must be positive: " + retention + ", " + maxFiles);
    }
    this.retention = retention.toNanos() / 1000;
    this.maxFiles = maxFiles;
  }

  /** What is known of the record's file strictly before the record was opened. */
  public FileStats before(AccessRecord access) {
    return before(access.lfn(), access.openedAt());
  }

  /** What is known of a file strictly before an instant. */
  public FileStats before(String lfn, Instant instant) {
    return before(LogicalFileName.parse(lfn), instant);
  }

  /**
   * What is known of a file, its name already parsed, strictly before an instant.
   *
   * <p>Records already added that are newer than the instant cannot be taken back: a question that
   * comes late, as may happen to a live feed, is answered as of the newest of them.
   */
  public FileStats before(LogicalFileName name, Instant instant) {
    long at = micros(instant);
    GroupStats groupStats = group(name.group(), at);
    if (groupStats == null) {
      return FileStats.UNSEEN;
    }
    Activity.View file = view(files.get(name.path()), at);
    if (file == null) {
      return new FileStats(0, null, null, null, 0, null, groupStats);
    }
    Long secondLast = file.secondLast();
    return new FileStats(
        file.count(),
        instant(file.first()),
        instant(file.last()),
        secondLast == null ? null : instant(secondLast),
        file.dayRateNow(),
        file.size(),
        groupStats);
  }

  /** What is known of a group; questions about many files ask for the same ones. */
  private @Nullable GroupStats group(String name, long at) {
    if (at != askedAt || asked.size() > MAX_ASKED) {
      asked.clear();
      askedAt = at;
    }
    GroupStats known = asked.get(name);
    if (known != null) {
      return known;
    }
    Activity.View group = view(groups.get(name), at);
    if (group == null) {
      return null;
    }
    GroupStats stats =
        new GroupStats(
            group.count(),
            instant(group.first()),
            instant(group.last()),
            group.members(),
            group.dayRateNow(),
            group.weekRateNow());
    asked.put(name, stats);
    return stats;
  }

  /**
   * Adds an opening.
   *
   * @return false when it is older than a record of the same group and was therefore not added
   */
  public boolean add(AccessRecord access) {
    return add(LogicalFileName.parse(access.lfn()), access);
  }

  /** Adds an opening whose name is already parsed; see {@link #add(AccessRecord)}. */
  public boolean add(LogicalFileName name, AccessRecord access) {
    long at = micros(access.openedAt());
    Activity known = groups.get(name.group());
    if (known != null && at < known.latest()) {
      late++;
      return false;
    }
    asked.clear();
    Activity group = alive(groups, name.group(), at);
    Activity file = alive(files, name.path(), at);
    boolean newFile = file.isNew();
    file.add(at, false, access.sizeBytes());
    group.add(at, newFile, null);
    dropExpired(files, at);
    dropExpired(groups, at);
    truncate();
    return true;
  }

  /** Number of files remembered. */
  public int files() {
    return files.size();
  }

  /** Records refused because they were older than a record of their group. */
  public long late() {
    return late;
  }

  /** Files forgotten before their retention time because of the bound. */
  public long truncations() {
    return truncations;
  }

  private Activity.@Nullable View view(@Nullable Activity activity, long at) {
    return activity == null ? null : activity.before(at, retention);
  }

  private boolean expired(@Nullable Activity activity, long at) {
    return activity == null || at - activity.latest() > retention;
  }

  /** The entry of a name, moved to the end of the order of last use, made anew when expired. */
  private Activity alive(Map<String, Activity> entries, String name, long at) {
    Activity old = entries.remove(name);
    Activity entry = old == null || expired(old, at) ? new Activity(at) : old;
    entries.put(name, entry);
    return entry;
  }

  private void dropExpired(Map<String, Activity> entries, long at) {
    Iterator<Activity> oldestFirst = entries.values().iterator();
    while (oldestFirst.hasNext() && expired(oldestFirst.next(), at)) {
      oldestFirst.remove();
    }
  }

  private void truncate() {
    while (files.size() > maxFiles) {
      Iterator<String> oldest = files.keySet().iterator();
      oldest.next();
      oldest.remove();
      truncations++;
    }
    while (groups.size() > maxFiles) {
      Iterator<String> oldest = groups.keySet().iterator();
      oldest.next();
      oldest.remove();
      truncations++;
    }
  }

  private static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
