// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import org.decisionlab.core.decision.CacheDecision;

/**
 * Bounds of a desk, and how long its answers hold.
 *
 * @param filesPerLayer files remembered of each layer, at most
 * @param replay whether questions may tell their own instant
 * @param storeSeconds how long an asker may repeat a model's "store"
 * @param skipSeconds how long it may repeat a model's "do not store"
 * @param defaultSeconds how long it may repeat an answer that no model gave
 */
public record DeskSettings(
    int filesPerLayer, boolean replay, int storeSeconds, int skipSeconds, int defaultSeconds) {

  /** Files remembered of each layer, unless told otherwise. */
  public static final int DEFAULT_FILES_PER_LAYER = 500_000;

  /** Refuses bounds that are not positive. */
  public DeskSettings {
    if (filesPerLayer < 1 || storeSeconds < 1 || skipSeconds < 1 || defaultSeconds < 1) {
      throw new IllegalArgumentException(
          "bounds must be positive: "
              + filesPerLayer
              + " files, "
              + storeSeconds
              + ", "
              + skipSeconds
              + " and "
              + defaultSeconds
              + " seconds");
    }
  }

  /** The usual lives of answers: 300 s to store, 60 s not to, 30 s without a model. */
  public static DeskSettings of(int filesPerLayer, boolean replay) {
    return new DeskSettings(filesPerLayer, replay, 300, 60, 30);
  }

  int secondsFor(CacheDecision decision) {
    if (decision.reason() == CacheDecision.Reason.DEFAULT) {
      return defaultSeconds;
    }
    return decision.store() ? storeSeconds : skipSeconds;
  }
}
