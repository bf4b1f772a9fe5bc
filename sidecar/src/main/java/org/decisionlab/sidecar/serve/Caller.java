// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.fault.RefusedException.Reason;
import org.decisionlab.sidecar.store.ModelName;
import org.decisionlab.sidecar.store.ModelState;
import org.jspecify.annotations.Nullable;

/**
 * Who asks for a change of models.
 *
 * @param identity who it is; null where nobody has to say
 * @param administrator whether models of all owners may be changed
 */
public record Caller(@Nullable String identity, boolean administrator) {

  /** Whoever reaches a sidecar that asks nobody who they are. */
  public static final Caller ANYBODY = new Caller(null, true);

  /** Refuses a change of a model that belongs to somebody else. */
  void requireMayChange(ModelName name, ModelState state) {
    String owner = state.owner();
    if (owner != null && !administrator && !owner.equals(identity)) {
      throw new RefusedException(
          Reason.FORBIDDEN,
          "model '"
              + name
              + "' belongs to somebody else; its owner or an administrator can change"
              + " it");
    }
  }

  /** The state after a first publication: the model belongs to who published it. */
  ModelState owning(ModelState state) {
    boolean first = state.last() == state.deletedUpTo();
    return first && state.owner() == null ? state.withOwner(identity) : state;
  }
}
