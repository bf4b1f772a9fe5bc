// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.store.ModelName;
import org.decisionlab.sidecar.store.ModelState;
import org.decisionlab.sidecar.store.ModelStore;
import org.decisionlab.sidecar.store.StoredVersion;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the registry as the store is: the versions that aliases point at are loaded, all others are
 * let go. Also follows what other sidecars do to a store that is shared. Thread safe.
 */
final class StoreFollower {

  private static final System.Logger LOG = System.getLogger(StoreFollower.class.getName());
  private static final int LOCKS = 16;

  private final ModelStore store;
  private final ModelRegistry registry;
  private final ModelLoader loader;
  private final Clock clock;
  private final Object[] locks = new Object[LOCKS];

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

  /** Takes over what has changed in the store. */
  void follow() throws IOException {
    Collection<ModelName> names = new TreeSet<>(store.models());
    registry.models().forEach(model -> names.add(model.name()));
    for (ModelName name : names) {
      synchronized (lock(name)) {
        if (hasChanged(name)) {
          take(name, null);
        }
      }
    }
  }

  private boolean hasChanged(ModelName name) throws IOException {
    PublishedModel known = registry.find(name);
    if (known == null) {
      return true;
    }
    try {
      return known.problem() != null || !known.state().equals(store.state(name));
    } catch (IOException e) {
      return known.problem() == null;
    }
  }

  /**
   * Makes the registry as the store is; the lock of the name must be held.
   *
   * @param fresh a version that was loaded already, null when there is none
   */
  void take(ModelName name, @Nullable ServedModel fresh) throws IOException {
    PublishedModel before = registry.find(name);
    PublishedModel after = read(name, before, fresh);
    if (after == null) {
      registry.remove(name);
    } else {
      registry.put(after);
    }
    if (before != null) {
      before.versions().values().forEach(entry -> letGo(entry, after));
    }
    if (fresh != null && (before == null || !before.versions().containsValue(fresh))) {
      letGo(fresh, after);
    }
  }

  private static void letGo(RegistryEntry entry, @Nullable PublishedModel after) {
    if (entry instanceof ServedModel served
        && (after == null || !after.versions().containsValue(entry))) {
      served.release();
    }
  }

  private @Nullable PublishedModel read(
      ModelName name, @Nullable PublishedModel before, @Nullable ServedModel fresh)
      throws IOException {
    ModelState state;
    try {
      state = store.state(name);
      if (store.versions(name).isEmpty()) {
        return null;
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "model {0} is damaged and not served: {1}", name, e.getMessage());
      return new PublishedModel(name, ModelState.EMPTY, new TreeMap<>(), damaged(name, e));
    }
    SortedMap<Integer, RegistryEntry> versions = new TreeMap<>();
    for (int version : new TreeSet<>(state.aliases().values())) {
      RegistryEntry known = before == null ? null : before.versions().get(version);
      if (known instanceof ServedModel) {
        versions.put(version, known);
      } else if (fresh != null && fresh.version() == version) {
        versions.put(version, fresh);
      } else {
        versions.put(version, loadOrReport(name, version));
      }
    }
    return new PublishedModel(name, state, versions, null);
  }

  private RegistryEntry loadOrReport(ModelName name, int version) {
    try {
      return load(name, version);
    } catch (IOException | RefusedException e) {
      LOG.log(
          Level.WARNING,
          "model {0} version {1} is damaged and not served: {2}",
          name,
          Integer.toString(version),
          e.getMessage());
      return damaged(name, e);
    } catch (RuntimeException e) {
      // A defect that one model meets must not keep the others from being served.
      LOG.log(Level.ERROR, "model " + name + " cannot be loaded and is not served", e);
      return damaged(name, e);
    }
  }

  /** Loads and verifies a version of the store. */
  ServedModel load(ModelName name, int version) throws IOException {
    StoredVersion stored = store.verified(name, version);
    return ServedModel.of(stored, loader.load(name, stored.files()));
  }

  private DamagedModel damaged(ModelName name, Exception fault) {
    return new DamagedModel(
        name, String.valueOf(fault.getMessage()), clock.instant().truncatedTo(ChronoUnit.MICROS));
  }

  /** Lets all models go. */
  void letAllGo() {
    for (PublishedModel model : registry.models()) {
      registry.remove(model.name());
      model.versions().values().forEach(entry -> letGo(entry, null));
    }
  }
}
