// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.bundle;

/**
 * How much an archive may hold.
 *
 * @param maxBytes bytes of the unpacked archive, headers included
 * @param maxEntries files and directories
 * @param maxRatio unpacked bytes for each packed byte; judged beyond the first mebibyte
 * @param maxDepth directories below one another, the top folder included
 * @param maxNameLength characters of a path
 */
public record ArchiveLimits(
    long maxBytes, int maxEntries, int maxRatio, int maxDepth, int maxNameLength) {

  /** 256 MiB in 1,000 entries, ratio 200, 8 levels, 200 characters. */
  public static final ArchiveLimits DEFAULT = new ArchiveLimits(256L << 20, 1_000, 200, 8, 200);

  /** Refuses limits that admit nothing. */
  public ArchiveLimits {
    if (maxBytes < 1 || maxEntries < 1 || maxRatio < 1 || maxDepth < 1 || maxNameLength < 1) {
      throw new IllegalArgumentException(
          "every limit must be at least 1: "
              + maxBytes
              + " bytes, "
              + maxEntries
              + " entries, ratio "
              + maxRatio
              + ", depth "
              + maxDepth
              + ", name length "
              + maxNameLength);
    }
  }
}
