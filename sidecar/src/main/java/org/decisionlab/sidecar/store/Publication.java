// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.store;

import java.time.Instant;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What is to become a version.
 *
 * @param at when
 * @param by who, null when that is not known
 * @param usualQuota quota of a model that has none of its own
 * @param before asked when everything is ready and the lock is held: what it throws keeps the
 *     publication from happening, what it returns is the model's state to go on from
 * @param alias alias to point at the new version, null for none
 * @param decides whether the new version can answer caches
 */
public record Publication(
    Instant at,
    @Nullable String by,
    Quota usualQuota,
    UnaryOperator<ModelState> before,
    @Nullable Alias alias,
    boolean decides) {

  /** The state when the new version lies there. */
  ModelState pointed(ModelState state, int version) {
    if (alias == null) {
      return state;
    }
    ModelState after = state.with(alias, version);
    return alias.equals(Alias.PRODUCTION) && decides ? after.deciding(at) : after;
  }
}
