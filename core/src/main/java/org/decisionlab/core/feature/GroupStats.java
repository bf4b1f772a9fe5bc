// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.feature;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What was known of a group of files (a dataset, a directory) strictly before an instant.
 *
 * @param accesses openings of any of its files
 * @param firstAccess the first of them, null when there was none
 * @param lastAccess the last of them, null when there was none
 * @param files distinct files opened; one that was forgotten and came back counts again
 * @param dayRate openings, each halved per day since
 * @param weekRate openings, each halved per seven days since
 */
public record GroupStats(
    long accesses,
    @Nullable Instant firstAccess,
    @Nullable Instant lastAccess,
    long files,
    double dayRate,
    double weekRate) {

  /** Of a group never seen. */
  public static final GroupStats UNSEEN = new GroupStats(0, null, null, 0, 0, 0);
}
