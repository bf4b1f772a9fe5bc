// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.feature.FileHistory;
import org.decisionlab.core.feature.FileStats;
import org.decisionlab.core.name.LogicalFileName;
import org.decisionlab.sidecar.fault.RefusedException;
import org.jspecify.annotations.Nullable;

/** What is remembered of one layer of caches. Time does not go back in it. Not thread safe. */
final class Layer {

  private final String name;
  private final FileHistory history;
  private Instant latest = Instant.MIN;

  Layer(String name, int maxFiles) {
    this.name = name;
    this.history = new FileHistory(FileHistory.DEFAULT_RETENTION, maxFiles);
  }

  /**
   * The instant of a question.
   *
   * @param toldMillis what the question tells; null for now
   * @throws RefusedException when what it tells is before that of an earlier question
   */
  Instant instantOf(@Nullable Long toldMillis, Clock clock) {
    if (toldMillis == null) {
      Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
      return now.isBefore(latest) ? latest : now;
    }
    Instant at = Instant.ofEpochMilli(toldMillis);
    if (at.isBefore(latest)) {
      throw RefusedException.malformed(
          "'time_ms' goes back: "
              + at
              + " is before "
              + latest
              + ", the latest question of layer '"
              + name
              + "'");
    }
    return at;
  }

  FileStats before(LogicalFileName file, Instant at) {
    return history.before(file, at);
  }

  /** Remembers an opening; false when it is older than what is remembered of its group. */
  boolean add(LogicalFileName file, AccessRecord opening) {
    if (opening.openedAt().isAfter(latest)) {
      latest = opening.openedAt();
    }
    return history.add(file, opening);
  }

  Instant latest() {
    return latest;
  }

  FileHistory history() {
    return history;
  }
}
