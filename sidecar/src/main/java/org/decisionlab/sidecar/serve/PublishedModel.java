// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.time.Instant;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.decisionlab.sidecar.auth.Identity;
import org.decisionlab.sidecar.store.Alias;
import org.decisionlab.sidecar.store.ModelName;
import org.decisionlab.sidecar.store.ModelState;
import org.jspecify.annotations.Nullable;

/**
 * A model as it is being served: the versions that aliases point at. Immutable.
 *
 * @param name name of the model
 * @param state where the aliases point
 * @param versions those versions, loaded or found to be damaged
 * @param problem what is wrong with the model as a whole; null when nothing is
 * @param latest when it may decide since where its state cannot be read; null when it cannot decide
 */
public record PublishedModel(
    ModelName name,
    ModelState state,
    SortedMap<Integer, RegistryEntry> versions,
    @Nullable DamagedModel problem,
    @Nullable Instant latest) {

  /** Copies. */
  public PublishedModel {
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
  }

  /** Whether it is there for somebody. */
  boolean isFor(Identity asker) {
    return state.isFor(asker);
  }

  /** What answers who names no version: served, damaged, or nothing yet. */
  public RegistryEntry production() {
    if (problem != null) {
      return problem;
    }
    RegistryEntry entry = at(Alias.PRODUCTION);
    ServedModel meanwhile = meanwhile();
    if (meanwhile != null) {
      return meanwhile;
    }
    return entry == null ? new IdleModel(name) : entry;
  }

  /** The version before, while the one in production cannot be loaded; null when it can. */
  private @Nullable ServedModel meanwhile() {
    return at(Alias.PRODUCTION) instanceof DamagedModel damaged && damaged.retry() != null
        ? damaged.retry().meanwhile()
        : null;
  }

  /**
   * When the latest of the versions was published that were put into production and can answer
   * caches. Where the state does not tell, it is the one in production; where the state cannot be
   * read it may be any, so that it is the newest.
   */
  @Nullable Instant decidingSince() {
    if (problem != null) {
      return latest;
    }
    if (state.decidingSince() != null) {
      return state.decidingSince();
    }
    return at(Alias.PRODUCTION) instanceof ServedModel served && served.decisions() != null
        ? served.publishedAt()
        : null;
  }

  /** Whether another version answers in place of the one in production. */
  boolean isStoodIn() {
    return problem == null && meanwhile() != null;
  }

  /** All versions in memory. */
  Set<ServedModel> held() {
    Set<ServedModel> held = Collections.newSetFromMap(new IdentityHashMap<>());
    versions.values().stream()
        .filter(ServedModel.class::isInstance)
        .map(ServedModel.class::cast)
        .forEach(held::add);
    ServedModel meanwhile = meanwhile();
    if (meanwhile != null) {
      held.add(meanwhile);
    }
    return held;
  }

  /** A version that an alias points at, or that answers in place of one; null for others. */
  @Nullable RegistryEntry find(int version) {
    for (ServedModel model : held()) {
      if (model.version() == version) {
        return model;
      }
    }
    return versions.get(version);
  }

  /** Whether loading a version should be tried again by now. */
  boolean isDue(Instant now) {
    return versions.values().stream()
        .anyMatch(
            entry ->
                entry instanceof DamagedModel damaged
                    && damaged.retry() != null
                    && !now.isBefore(damaged.retry().next()));
  }

  /** The version that an alias points at, or null. */
  public @Nullable RegistryEntry at(Alias alias) {
    Integer version = state.version(alias);
    return version == null ? null : versions.get(version);
  }

  /** The version that is only compared, or null when there is none that can be asked. */
  @Nullable ServedModel shadow() {
    return at(Alias.SHADOW) instanceof ServedModel served ? served : null;
  }

  /** The canary where it is to answer this question, else production. */
  RegistryEntry forShare(double share) {
    return share < state.canaryWeight() && at(Alias.CANARY) instanceof ServedModel canary
        ? canary
        : production();
  }
}
