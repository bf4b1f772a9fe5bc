// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import org.decisionlab.sidecar.auth.ReadersChoice;
import org.decisionlab.sidecar.store.Alias;
import org.jspecify.annotations.Nullable;

/**
 * How an upload is to be published.
 *
 * @param caller who asks for it
 * @param alias alias that is to point at the new version; null for none
 * @param readers who is to read the model from then on; null to leave that as it is or usual
 * @param permit whether it is still wanted
 */
public record PublishOrder(
    Caller caller, @Nullable Alias alias, @Nullable ReadersChoice readers, Permit permit) {

  /** Into production, by anybody, as TFaaS does. */
  public static PublishOrder usual() {
    return new PublishOrder(Caller.ANYBODY, Alias.PRODUCTION, null, new Permit());
  }
}
