// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.feature;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.name.LogicalFileName;
import org.jspecify.annotations.Nullable;

/**
 * What {@link FileHistory} must answer, worked out anew from all records for each question: no
 * state, no shortcuts, closed formulas for the rates.
 */
final class NaiveHistory {

  private final List<AccessRecord> records;
  private final Duration retention;

  NaiveHistory(List<AccessRecord> records, Duration retention) {
    this.records = records;
    this.retention = retention;
  }

  FileStats before(AccessRecord question) {
    LogicalFileName asked = LogicalFileName.parse(question.lfn());
    Instant at = question.openedAt();
    TreeMap<Instant, List<AccessRecord>> ofFile = new TreeMap<>();
    TreeMap<Instant, List<AccessRecord>> ofGroup = new TreeMap<>();
    for (AccessRecord record : records) {
      LogicalFileName name = LogicalFileName.parse(record.lfn());
      if (record.openedAt().isBefore(at) && name.group().equals(asked.group())) {
        ofGroup.computeIfAbsent(record.openedAt(), t -> new ArrayList<>()).add(record);
        if (name.path().equals(asked.path())) {
          ofFile.computeIfAbsent(record.openedAt(), t -> new ArrayList<>()).add(record);
        }
      }
    }
    remembered(ofFile, at);
    remembered(ofGroup, at);
    GroupStats group =
        ofGroup.isEmpty()
            ? GroupStats.UNSEEN
            : new GroupStats(
                count(ofGroup),
                ofGroup.firstKey(),
                ofGroup.lastKey(),
                appearances(ofGroup),
                rate(ofGroup, at, 1),
                rate(ofGroup, at, 7));
    if (ofFile.isEmpty()) {
      return new FileStats(0, null, null, null, 0, null, group);
    }
    return new FileStats(
        count(ofFile),
        ofFile.firstKey(),
        ofFile.lastKey(),
        ofFile.lowerKey(ofFile.lastKey()),
        rate(ofFile, at, 1),
        size(ofFile),
        group);
  }

  /** Forgets everything up to the latest silence longer than the retention. */
  private void remembered(NavigableMap<Instant, List<AccessRecord>> byTime, Instant at) {
    Instant later = at;
    for (Instant time : List.copyOf(byTime.descendingKeySet())) {
      if (Duration.between(time, later).compareTo(retention) > 0) {
        byTime.headMap(time, true).clear();
        return;
      }
      later = time;
    }
  }

  private static long count(NavigableMap<Instant, List<AccessRecord>> byTime) {
    return byTime.values().stream().mapToLong(List::size).sum();
  }

  /** How often a file was opened that was not remembered. */
  private long appearances(NavigableMap<Instant, List<AccessRecord>> byTime) {
    Map<String, Instant> last = new HashMap<>();
    long appearances = 0;
    for (Map.Entry<Instant, List<AccessRecord>> entry : byTime.entrySet()) {
      for (AccessRecord record : entry.getValue()) {
        Instant before = last.put(LogicalFileName.parse(record.lfn()).path(), entry.getKey());
        if (before == null || Duration.between(before, entry.getKey()).compareTo(retention) > 0) {
          appearances++;
        }
      }
    }
    return appearances;
  }

  private static double rate(
      NavigableMap<Instant, List<AccessRecord>> byTime, Instant at, int days) {
    double sum = 0;
    for (Map.Entry<Instant, List<AccessRecord>> entry : byTime.entrySet()) {
      double age = Duration.between(entry.getKey(), at).toNanos() / 86_400e9 / days;
      sum += entry.getValue().size() * Math.pow(0.5, age);
    }
    return sum;
  }

  /** The size told last; the largest of those told at one instant. */
  private static @Nullable Long size(NavigableMap<Instant, List<AccessRecord>> byTime) {
    for (List<AccessRecord> records : byTime.descendingMap().values()) {
      var largest =
          records.stream().filter(r -> r.sizeBytes() != null).mapToLong(r -> r.sizeBytes()).max();
      if (largest.isPresent()) {
        return largest.getAsLong();
      }
    }
    return null;
  }
}
