// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.feature;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What was known of a file and of its group strictly before an instant: an opening at that very
 * instant is not in it, so the order of simultaneous openings does not matter.
 *
 * @param accesses openings of the file
 * @param firstAccess the first of them, null when there was none
 * @param lastAccess the last instant at which it was opened, null when there was none
 * @param secondLastAccess the last instant before {@code lastAccess}, null when there was none
 * @param dayRate openings, each halved per day since
 * @param sizeBytes size of the file where an earlier record told it
 * @param group the same of the file's group
 */
public record FileStats(
    long accesses,
    @Nullable Instant firstAccess,
    @Nullable Instant lastAccess,
    @Nullable Instant secondLastAccess,
    double dayRate,
    @Nullable Long sizeBytes,
    GroupStats group) {

  /** Of a file and group never seen. */
  public static final FileStats UNSEEN =
      new FileStats(0, null, null, null, 0, null, GroupStats.UNSEEN);
}
