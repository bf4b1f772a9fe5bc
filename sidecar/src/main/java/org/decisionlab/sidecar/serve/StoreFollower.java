// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.bundle.ModelBundle;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.store.Alias;
import org.decisionlab.sidecar.store.DamagedVersionException;
import org.decisionlab.sidecar.store.ModelName;
import org.decisionlab.sidecar.store.ModelState;
import org.decisionlab.sidecar.store.ModelStore;
import org.decisionlab.sidecar.store.StoredVersion;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the registry as the store is: the versions that aliases point at are loaded, all others are
 * let go. What cannot be loaded for the moment is tried again, and the version that was in
 * production before answers meanwhile. Also follows what other sidecars do to a store that is
 * shared. Thread safe.
 */
final class StoreFollower {

  private static final System.Logger LOG = System.getLogger(StoreFollower.class.getName());
  private static final int LOCKS = 16;

  private final ModelStore store;
  private final ModelRegistry registry;
  private final ModelLoader loader;
  private final Clock clock;
  private final Object[] locks = new Object[LOCKS];

  /** The model that was last said to decide. */
  private final AtomicReference<@Nullable ModelName> told = new AtomicReference<>();

  StoreFollower(ModelStore store, ModelRegistry registry, ModelLoader loader, Clock clock) {
    this.store = store;
    this.registry = registry;
    this.loader = loader;
    this.clock = clock;
    for (int i = 0; i < LOCKS; i++) {
      locks[i] = new Object();
    }
  }

  /** Held by who changes a model in the store, until the registry is as the store is. */
  Object lock(ModelName name) {
    return locks[Math.floorMod(name.hashCode(), LOCKS)];
  }

  /** A model as it is served now, null when it is not. */
  @Nullable PublishedModel find(ModelName name) {
    return registry.find(name);
  }

  /**
   * A model's state that tells since when it decides, where that is known: states of former forms
   * do not, and a change may take the version away by which it decides.
   *
   * @param state as it is in the store
   */
  ModelState completed(ModelName name, ModelState state) {
    PublishedModel known = registry.find(name);
    Integer production = state.version(Alias.PRODUCTION);
    if (state.decidingSince() != null || known == null || production == null) {
      return state;
    }
    return known.find(production) instanceof ServedModel served && served.decisions() != null
        ? state.deciding(served.publishedAt())
        : state;
  }

  /** Takes over what has changed in the store. */
  void follow() throws IOException {
    Collection<ModelName> names = new TreeSet<>(store.models());
    registry.models().forEach(model -> names.add(model.name()));
    for (ModelName name : names) {
      synchronized (lock(name)) {
        if (hasChanged(name)) {
          replace(name, null);
        }
      }
    }
    tellDecider();
  }

  /** Says which model decides from now on, when that is another than was said before. */
  private void tellDecider() {
    synchronized (told) {
      ModelRegistry.Decider now = registry.decider();
      ModelName before = told.get();
      ModelName name = now == null ? null : now.name();
      if (Objects.equals(name, before)) {
        return;
      }
      told.set(name);
      LOG.log(
          before == null ? Level.INFO : Level.WARNING,
          "caches are answered by {0}, before by {1}",
          now == null ? "default" : "model " + name + ", published " + now.since(),
          before == null ? "default" : "model " + before);
    }
  }

  private boolean hasChanged(ModelName name) {
    PublishedModel known = registry.find(name);
    if (known == null) {
      return true;
    }
    try {
      return known.problem() != null
          || known.isDue(clock.instant())
          || !known.state().equals(store.state(name));
    } catch (IOException e) {
      return known.problem() == null;
    }
  }

  /**
   * Makes the registry as the store is; the lock of the name must be held.
   *
   * @param fresh a version that was loaded already, null when there is none
   */
  void take(ModelName name, @Nullable ServedModel fresh) {
    replace(name, fresh);
    tellDecider();
  }

  private void replace(ModelName name, @Nullable ServedModel fresh) {
    PublishedModel before = registry.find(name);
    PublishedModel after = read(name, before, fresh);
    if (after == null) {
      registry.remove(name);
    } else {
      registry.put(after);
    }
    Set<ServedModel> over = Collections.newSetFromMap(new IdentityHashMap<>());
    if (before != null) {
      over.addAll(before.held());
    }
    if (fresh != null) {
      over.add(fresh);
    }
    if (after != null) {
      over.removeAll(after.held());
    }
    over.forEach(ServedModel::release);
  }

  private @Nullable PublishedModel read(
      ModelName name, @Nullable PublishedModel before, @Nullable ServedModel fresh) {
    ModelState state;
    try {
      state = store.state(name);
      if (store.versions(name).isEmpty()) {
        return null;
      }
    } catch (IOException e) {
      if (before != null && before.problem() == null && mayPass(e)) {
        LOG.log(
            Level.WARNING,
            "model {0} is served as it was, for the store cannot be read: {1}",
            name,
            e.getMessage());
        return before;
      }
      LOG.log(Level.WARNING, "model {0} is damaged and not served: {1}", name, e.getMessage());
      return new PublishedModel(
          name,
          store.recovered(name),
          new TreeMap<>(),
          damaged(name, e, null),
          store.newestWith(name, ModelBundle.CARD));
    }
    SortedMap<Integer, RegistryEntry> versions = new TreeMap<>();
    for (int version : new TreeSet<>(state.aliases().values())) {
      versions.put(version, entry(name, version, state, before, fresh));
    }
    return new PublishedModel(name, state, versions, null, null);
  }

  private RegistryEntry entry(
      ModelName name,
      int version,
      ModelState state,
      @Nullable PublishedModel before,
      @Nullable ServedModel fresh) {
    RegistryEntry known = before == null ? null : before.find(version);
    if (known instanceof ServedModel) {
      return known;
    }
    if (fresh != null && fresh.version() == version) {
      return fresh;
    }
    DamagedModel.Retry retry = known instanceof DamagedModel damaged ? damaged.retry() : null;
    boolean answers = Integer.valueOf(version).equals(state.version(Alias.PRODUCTION));
    ServedModel meanwhile =
        answers && before != null && before.production() instanceof ServedModel served
            ? served
            : null;
    if (known instanceof DamagedModel damaged
        && retry != null
        && clock.instant().isBefore(retry.next())) {
      return new DamagedModel(
          name,
          damaged.problem(),
          damaged.foundAt(),
          new DamagedModel.Retry(retry.attempts(), retry.next(), meanwhile));
    }
    return loadOrReport(
        name, version, () -> DamagedModel.Retry.after(retry, clock.instant(), meanwhile));
  }

  /**
   * Loads a version.
   *
   * @param retry when to try again what fails for the moment
   */
  private RegistryEntry loadOrReport(
      ModelName name, int version, Supplier<DamagedModel.Retry> retry) {
    try {
      return load(name, version);
    } catch (IOException | RefusedException e) {
      DamagedModel.Retry again = mayPass(e) ? retry.get() : null;
      LOG.log(
          Level.WARNING,
          "model {0} version {1} is not served: {2}; {3}",
          name,
          Integer.toString(version),
          e.getMessage(),
          again == null || !again.goesOn()
              ? "publish it again or delete it"
              : "it is tried again at " + again.next());
      return damaged(name, e, again);
    } catch (RuntimeException e) {
      // A defect that one model meets must not keep the others from being served.
      LOG.log(Level.ERROR, "model " + name + " cannot be loaded and is not served", e);
      return damaged(name, e, null);
    }
  }

  /** Too little memory, too much going on, or a disk that cannot be read, but no wrong files. */
  private static boolean mayPass(Exception fault) {
    return fault instanceof RefusedException refused
        ? refused.mayPass()
        : !(fault instanceof DamagedVersionException || fault instanceof ModelFormatException);
  }

  /** Loads and verifies a version of the store. */
  ServedModel load(ModelName name, int version) throws IOException {
    StoredVersion stored = store.verified(name, version);
    return ServedModel.of(stored, loader.load(name, stored.files()));
  }

  private DamagedModel damaged(
      ModelName name, Exception fault, DamagedModel.@Nullable Retry retry) {
    return new DamagedModel(
        name,
        String.valueOf(fault.getMessage()),
        clock.instant().truncatedTo(ChronoUnit.MICROS),
        retry);
  }

  /** Lets all models go. */
  void letAllGo() {
    for (PublishedModel model : registry.models()) {
      registry.remove(model.name());
      model.held().forEach(ServedModel::release);
    }
  }
}
