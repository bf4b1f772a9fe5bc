// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import org.decisionlab.core.decision.CacheDecision;
import org.jspecify.annotations.Nullable;

/**
 * A decision, and what it rests on.
 *
 * @param decision the decision
 * @param by the model; null where none was asked
 * @param row what the model looked at; null where none was asked
 */
@SuppressWarnings("ArrayRecordComponent") // made for one answer
record Decided(CacheDecision decision, @Nullable DecisionModel by, float @Nullable [] row) {

  /** That of no model. */
  static final Decided BY_DEFAULT = new Decided(CacheDecision.byDefault(true), null, null);
}
