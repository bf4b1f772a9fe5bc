// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import java.io.Serializable;

/**
 * When reading gives up.
 *
 * @param maxMalformedShare largest tolerated share of malformed rows, 0 to 1
 * @param judgedFrom number of rows from which the share is judged while reading; at the end of the
 *     input it is judged whatever the number
 * @param maxLineBytes longest line accepted, in bytes; a longer one is malformed
 */
public record ReadLimits(double maxMalformedShare, long judgedFrom, int maxLineBytes)
    implements Serializable {

  /** One row in a hundred may be malformed, judged from 1,000 rows on; lines up to 1 MiB. */
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

  /** The same limits with another tolerated share. */
  public ReadLimits withMaxMalformedShare(double share) {
    return new ReadLimits(share, judgedFrom, maxLineBytes);
  }
}
