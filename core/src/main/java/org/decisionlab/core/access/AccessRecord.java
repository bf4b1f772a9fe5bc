// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One opening of one file. Null means that the source is silent, never zero.
 *
 * @param lfn logical file name as the source writes it, not blank
 * @param sizeBytes size of the whole file in bytes
 * @param readBytes bytes read between open and close
 * @param openedAt when the file was opened, UTC
 * @param closedAt when it was closed, not before {@code openedAt}
 * @param site site that served the file
 * @param user who asked for it
 * @param protocol how it was read, such as {@code xroot} or {@code https}
 * @param job times of the job that read it
 */
public record AccessRecord(
    String lfn,
    @Nullable Long sizeBytes,
    @Nullable Long readBytes,
    Instant openedAt,
    @Nullable Instant closedAt,
    @Nullable String site,
    @Nullable String user,
    @Nullable String protocol,
    @Nullable JobTimes job) {

  /** Refuses a record that cannot be true, naming the field and its value. */
  public AccessRecord {
    if (lfn.isBlank()) {
      throw new IllegalArgumentException("lfn is blank");
    }
    if (sizeBytes != null && sizeBytes < 0) {
      throw new IllegalArgumentException("sizeBytes is negative: " + sizeBytes);
    }
    if (readBytes != null && readBytes < 0) {
      throw new IllegalArgumentException("readBytes is negative: " + readBytes);
    }
    if (closedAt != null && closedAt.isBefore(openedAt)) {
      throw new IllegalArgumentException(
          "closedAt " + closedAt + " is before openedAt " + openedAt);
    }
  }

  /** The least that makes a record: name, instant, and size where known. */
  public static AccessRecord of(String lfn, Instant openedAt, @Nullable Long sizeBytes) {
    return new AccessRecord(lfn, sizeBytes, null, openedAt, null, null, null, null, null);
  }
}
