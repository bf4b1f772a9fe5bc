// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import org.decisionlab.sidecar.auth.Identity;
import org.decisionlab.sidecar.auth.Readers;
import org.decisionlab.sidecar.auth.ReadersChoice;
import org.decisionlab.sidecar.auth.Realm;
import org.decisionlab.sidecar.auth.Right;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.fault.RefusedException.Reason;
import org.decisionlab.sidecar.store.ModelName;
import org.decisionlab.sidecar.store.ModelState;
import org.jspecify.annotations.Nullable;

/**
 * Who asks for a change of models.
 *
 * @param who who it is
 */
public record Caller(Identity who) {

  /** Whoever reaches a sidecar that asks nobody who they are. */
  public static final Caller ANYBODY = new Caller(Identity.local());

  /** Their name as owner and publisher; null where nobody has to say who they are. */
  @Nullable String identity() {
    return who.equals(Identity.local()) ? null : who.name();
  }

  /** Whether models of all owners may be changed. */
  boolean administrator() {
    return who.may(Right.ADMIN);
  }

  /**
   * Refuses a change of a model that belongs to somebody else, or of one that is nobody's and for
   * administrators alone.
   */
  void requireMayChange(ModelName name, ModelState state) {
    String owner = state.owner();
    boolean may = owner == null ? state.isFor(who) : owner.equals(identity());
    if (!may && !administrator()) {
      throw new RefusedException(
          Reason.FORBIDDEN,
          "model '"
              + name
              + "' belongs to somebody else; its owner or an administrator can change"
              + " it");
    }
  }

  /**
   * The state before a publication. After the first one the model belongs to who published it, and
   * is read by whom they or their issuer say; later ones leave that as it is unless they say it.
   *
   * @param readers who is to read it; null where that is not said
   */
  ModelState owning(ModelState state, @Nullable ReadersChoice readers) {
    boolean first = state.last() == state.deletedUpTo();
    ModelState owned = first && state.owner() == null ? state.withOwner(identity()) : state;
    if (readers != null) {
      return owned.withReaders(readers.ofOwner(owned.owner()));
    }
    // A state that was recovered looks like a first one, but is for its owner alone and stays so.
    return first && state.readers().areAll() ? owned.withReaders(usual()) : owned;
  }

  private Readers usual() {
    Realm realm = who.realm();
    return realm == null ? Readers.ALL : realm.usualReaders();
  }
}
