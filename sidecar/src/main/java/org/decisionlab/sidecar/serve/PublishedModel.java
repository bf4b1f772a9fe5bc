// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
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
 */
public record PublishedModel(
    ModelName name,
    ModelState state,
    SortedMap<Integer, RegistryEntry> versions,
    @Nullable DamagedModel problem) {

  /** Copies. */
  public PublishedModel {
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
  }

  /** What answers who names no version: served, damaged, or nothing yet. */
  public RegistryEntry production() {
    if (problem != null) {
      return problem;
    }
    RegistryEntry entry = at(Alias.PRODUCTION);
    return entry == null ? new IdleModel(name) : entry;
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
