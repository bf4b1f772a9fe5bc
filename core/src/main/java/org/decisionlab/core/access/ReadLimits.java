// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import java.io.Serializable;

/**
 * When reading gives up.
 *
 * <p>The share of malformed rows is that of the whole input, so it is judged at the end: bad rows
 * may well lie together. While reading, only an input that is mostly malformed so far is given up,
 * one that is probably of another format.
 *
 * @param maxMalformedShare largest tolerated share of malformed rows, 0 to 1
 * @param judgedFrom number of rows from which an input is given up while reading, when more than
 *     half of them, and more than the tolerated share, are malformed
 * @param maxLineBytes longest line accepted, in bytes; a longer one is malformed
 */
public record ReadLimits(double maxMalformedShare, long judgedFrom, int maxLineBytes)
    implements Serializable {

  /** One row in a hundred may be malformed; given up early from 1,000 rows on; lines to 1 MiB. */
  public static final ReadLimits DEFAULT = new ReadLimits(0.01, 1_000, 1 << 20);

  /** Refuses limits that make no sense. */
  public ReadLimits {
    if (!(maxMalformedShare >= 0 && maxMalformedShare <= 1)) {
      throw new IllegalArgumentException(
          "maxMalformedShare must be between 0 and 1: " + maxMalformedShare);
    }
    if (judgedFrom < 1 || maxLineBytes < 64) {
      throw new IllegalArgumentException(
          "judgedFrom must be at least 1 and maxLineBytes at least 64: "
              + judgedFrom
              + ", "
              + maxLineBytes);
    }
  }

  /** Whether an input with so many malformed rows among those read so far is given up. */
  boolean hopeless(long malformed, long rows) {
    return rows >= judgedFrom && malformed > Math.max(maxMalformedShare, 0.5) * rows;
  }

  /** The same limits with another tolerated share. */
  public ReadLimits withMaxMalformedShare(double share) {
    return new ReadLimits(share, judgedFrom, maxLineBytes);
  }
}
