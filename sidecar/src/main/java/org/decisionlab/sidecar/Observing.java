// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a sidecar writes down about its work.
 *
 * @param directory where; null for nowhere
 * @param predictionShare share of the rows asked that is written down, 0 to 1
 * @param accessLog whether requests are written down
 * @param maxBytes most bytes of each kind of log
 */
public record Observing(
    @Nullable Path directory, double predictionShare, boolean accessLog, long maxBytes) {

  /** Most bytes of each kind of log, unless told otherwise: 256 MiB. */
  public static final long DEFAULT_BYTES = 256L << 20;

  /** Nothing is written down. */
  public static final Observing NOTHING = new Observing(null, 0, false, DEFAULT_BYTES);

  /** Refuses a share outside 0 to 1. */
  public Observing {
    if (!(predictionShare >= 0 && predictionShare <= 1) || maxBytes < 1) {
      throw new IllegalArgumentException(
          "the share of predictions must be 0 to 1, not " + predictionShare);
    }
  }
}
