// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.decisionlab.sidecar.auth.ReadersChoice;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.fault.RefusedException.Reason;
import org.decisionlab.sidecar.store.Alias;
import org.decisionlab.sidecar.store.DamagedVersionException;
import org.decisionlab.sidecar.store.ModelName;
import org.decisionlab.sidecar.store.ModelState;
import org.decisionlab.sidecar.store.ModelStore;
import org.decisionlab.sidecar.store.Quota;
import org.jspecify.annotations.Nullable;

/**
 * What is done to published models beside publishing and asking them. Every change is durable and
 * in effect when a method returns; one that is refused changes nothing. May wait for the disk and
 * for models being loaded, so it is not to be called on an event loop. Thread safe.
 */
public final class ModelManagement {

  private static final System.Logger LOG = System.getLogger(ModelManagement.class.getName());

  private final ModelStore store;
  private final StoreFollower follower;
  private final Shadows shadows;
  private final StoredModels models;

  ModelManagement(ModelStore store, StoreFollower follower, Shadows shadows, Quota usualQuota) {
    this.store = store;
    this.follower = follower;
    this.shadows = shadows;
    this.models = new StoredModels(store, follower, shadows, usualQuota);
  }

  /** All models that are for the caller, with all their versions, by name. */
  public List<ModelStatus> list(Caller caller) throws IOException {
    return models.list(caller);
  }

  /**
   * One model with all its versions.
   *
   * @throws RefusedException when there is none for the caller
   */
  public ModelStatus status(ModelName name, Caller caller) throws IOException {
    models.require(name, caller);
    return models.describe(name);
  }

  /**
   * Points an alias at a version, which is loaded and verified first. With {@link Alias#PRODUCTION}
   * this is the switch: questions under way end on the version before.
   *
   * @throws RefusedException when there is no such version, it cannot be served, or the model
   *     belongs to somebody else
   */
  public ModelStatus assign(ModelName name, Alias alias, int version, Caller caller)
      throws IOException {
    models.require(name, caller);
    if (!store.versions(name).contains(version)) {
      throw noVersion(name, version);
    }
    return pointing(
        name,
        version,
        caller,
        (state, served) -> {
          ModelState after = state.with(alias, version);
          return alias.equals(Alias.PRODUCTION) && served.decisions() != null
              ? after.deciding(served.publishedAt())
              : after;
        });
  }

  /**
   * Lets a version answer a share of the questions that name no version.
   *
   * @param weight share, 0 to 1
   * @throws RefusedException as {@link #assign}
   */
  public ModelStatus canary(ModelName name, int version, double weight, Caller caller)
      throws IOException {
    if (!(weight >= 0 && weight <= 1)) {
      throw RefusedException.malformed("the canary's weight must be 0 to 1, not " + weight);
    }
    return pointing(
        name,
        version,
        caller,
        (state, served) -> state.with(Alias.CANARY, version).withCanaryWeight(weight));
  }

  /**
   * Takes an alias away; the version stays on disk.
   *
   * @throws RefusedException when there is none, or the model belongs to somebody else
   */
  public ModelStatus unassign(ModelName name, Alias alias, Caller caller) throws IOException {
    return change(
        name,
        caller,
        state -> {
          if (state.version(alias) == null) {
            throw new RefusedException(
                Reason.UNKNOWN, "model '" + name + "' has no alias '" + alias + "'");
          }
          return state.without(alias);
        });
  }

  /**
   * Brings the version before back into production.
   *
   * @throws RefusedException when there is none, it cannot be served, or the model belongs to
   *     somebody else
   */
  public ModelStatus rollback(ModelName name, Caller caller) throws IOException {
    models.require(name, caller);
    List<Integer> previous = store.state(name).previous();
    if (previous.isEmpty()) {
      throw new RefusedException(
          Reason.CONFLICT, "model '" + name + "' has no version to go back to");
    }
    int version = previous.get(0);
    return pointing(
        name,
        version,
        caller,
        (state, served) -> {
          if (state.previous().isEmpty() || state.previous().get(0) != version) {
            throw new RefusedException(
                Reason.CONFLICT, "model '" + name + "' was changed at the same time; look again");
          }
          return state.rolledBack();
        });
  }

  /**
   * Gives a model another owner, or none. Only its owner and administrators may.
   *
   * @throws RefusedException when it would be nobody's and not for all to read
   */
  public ModelStatus giveTo(ModelName name, @Nullable String owner, Caller caller)
      throws IOException {
    return change(
        name,
        caller,
        state -> {
          if (owner == null && !state.readers().areAll()) {
            throw new RefusedException(
                Reason.CONFLICT,
                "model '"
                    + name
                    + "' is not for all to read, so it cannot be nobody's; change 'readers' to"
                    + " \"all\" first");
          }
          return state.withOwner(owner);
        });
  }

  /**
   * Says who may read a model, beside its owner and administrators, who alone may change that. It
   * holds for all its versions and for later ones.
   *
   * @throws RefusedException when it belongs to somebody else, or has no owner who could
   */
  public ModelStatus letRead(ModelName name, ReadersChoice readers, Caller caller)
      throws IOException {
    return change(name, caller, state -> state.withReaders(readers.ofOwner(state.owner())));
  }

  /**
   * Lets a model keep more or less; null for the usual. What is too much already goes with the next
   * publication.
   *
   * @throws RefusedException when the caller is no administrator
   */
  public ModelStatus limit(ModelName name, @Nullable Quota quota, Caller caller)
      throws IOException {
    if (!caller.administrator()) {
      throw new RefusedException(Reason.FORBIDDEN, "only an administrator can change a quota");
    }
    return change(name, caller, state -> state.withQuota(quota));
  }

  /**
   * Deletes a version that no alias points at.
   *
   * @throws RefusedException when there is none, it is in use, or the model belongs to somebody
   *     else
   */
  public ModelStatus deleteVersion(ModelName name, int version, Caller caller) throws IOException {
    models.require(name, caller);
    boolean deleted =
        store.deleteVersion(
            name,
            version,
            state -> {
              caller.requireMayChange(name, state);
              if (state.isInUse(version)) {
                throw new RefusedException(
                    Reason.CONFLICT,
                    "version %d of model '%s' is in use by %s; point them elsewhere first"
                        .formatted(version, name, state.aliases()));
              }
              return state;
            });
    if (!deleted) {
      throw noVersion(name, version);
    }
    LOG.log(Level.INFO, "deleted model {0} version {1}", name, Integer.toString(version));
    synchronized (follower.lock(name)) {
      follower.take(name, null);
    }
    return models.describe(name);
  }

  /**
   * Deletes a model with all its versions; nothing happens when there is none.
   *
   * @return whether there was one
   * @throws RefusedException when the model belongs to somebody else; one that is not for the
   *     caller is {@link Reason#UNKNOWN}
   */
  public boolean delete(ModelName name, Caller caller) throws IOException {
    synchronized (follower.lock(name)) {
      boolean deleted =
          store.delete(
              name,
              state -> {
                if (!state.isFor(caller.who())) {
                  throw ModelRegistry.unknown(name.value());
                }
                caller.requireMayChange(name, state);
                return state;
              });
      follower.take(name, null);
      shadows.forget(name);
      if (deleted) {
        LOG.log(Level.INFO, "deleted model {0}", name);
      }
      return deleted;
    }
  }

  /** The state after from the state before and the version, which can be served. */
  private interface Pointing extends BiFunction<ModelState, ServedModel, ModelState> {}

  private ModelStatus pointing(ModelName name, int version, Caller caller, Pointing how)
      throws IOException {
    models.require(name, caller);
    caller.requireMayChange(name, store.state(name));
    synchronized (follower.lock(name)) {
      if (!store.versions(name).contains(version)) {
        throw noVersion(name, version);
      }
      PublishedModel known = follower.find(name);
      ServedModel loaded =
          known != null && known.find(version) instanceof ServedModel model ? model : null;
      ServedModel fresh = loaded == null ? load(name, version) : null;
      ServedModel served = loaded == null ? Objects.requireNonNull(fresh) : loaded;
      boolean taken = false;
      try {
        ModelState state =
            store.change(
                name,
                before ->
                    how.apply(
                        follower.completed(name, checked(name, version, caller, before)), served));
        taken = true;
        LOG.log(Level.INFO, "model {0}: aliases {1}", name, state.aliases());
      } finally {
        if (!taken && fresh != null) {
          fresh.release();
        }
      }
      follower.take(name, fresh);
    }
    return models.describe(name);
  }

  /** Under the store's lock: another sidecar may have deleted the version since it was loaded. */
  private ModelState checked(ModelName name, int version, Caller caller, ModelState before) {
    caller.requireMayChange(name, before);
    try {
      if (!store.versions(name).contains(version)) {
        throw noVersion(name, version);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return before;
  }

  private static RefusedException damaged(
      ModelName name, int version, DamagedVersionException fault) {
    return new RefusedException(
        Reason.DAMAGED,
        "version " + version + " of model '" + name + "' is damaged: " + fault.getMessage());
  }

  private ServedModel load(ModelName name, int version) throws IOException {
    try {
      return follower.load(name, version);
    } catch (DamagedVersionException e) {
      throw damaged(name, version, e);
    }
  }

  private ModelStatus change(ModelName name, Caller caller, UnaryOperator<ModelState> how)
      throws IOException {
    models.require(name, caller);
    synchronized (follower.lock(name)) {
      store.change(
          name,
          state -> {
            caller.requireMayChange(name, state);
            return how.apply(follower.completed(name, state));
          });
      follower.take(name, null);
    }
    return models.describe(name);
  }

  private static RefusedException noVersion(ModelName name, int version) {
    return new RefusedException(Reason.UNKNOWN, "model '" + name + "' has no version " + version);
  }
}
