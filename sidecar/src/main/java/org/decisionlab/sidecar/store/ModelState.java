// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.decisionlab.sidecar.auth.Identity;
import org.decisionlab.sidecar.auth.Readers;
import org.jspecify.annotations.Nullable;

/**
 * What changes about a model while its versions do not: {@code model.json}. Immutable.
 *
 * @param last highest number ever given to a version
 * @param deletedUpTo versions up to this number were deleted with the model
 * @param aliases which version each alias points at
 * @param canaryWeight share of the questions that the canary answers, 0 to 1
 * @param previous versions that were in production before, the latest first
 * @param owner who may change the model beside administrators; null for everybody
 * @param readers who may read the model beside its owner and administrators
 * @param quota how much the model may keep; null for the usual
 * @param decidingSince when the latest of the versions was published that were put into production
 *     and can answer caches; null when there was none, or that was not kept
 */
public record ModelState(
    int last,
    int deletedUpTo,
    SortedMap<Alias, Integer> aliases,
    double canaryWeight,
    List<Integer> previous,
    @Nullable String owner,
    Readers readers,
    @Nullable Quota quota,
    @Nullable Instant decidingSince) {

  /** Versions remembered for going back. */
  public static final int MAX_PREVIOUS = 20;

  /** Of a model that has never been published. */
  public static final ModelState EMPTY =
      new ModelState(0, 0, new TreeMap<>(), 0, List.of(), null, Readers.ALL, null, null);

  /** Copies, and refuses a share outside 0 to 1. */
  public ModelState {
    aliases = Collections.unmodifiableSortedMap(new TreeMap<>(aliases));
    previous = List.copyOf(previous);
    if (!(canaryWeight >= 0 && canaryWeight <= 1)) {
      throw new IllegalArgumentException("the canary's weight must be 0 to 1, not " + canaryWeight);
    }
  }

  /** The version an alias points at, or null. */
  public @Nullable Integer version(Alias alias) {
    return aliases.get(alias);
  }

  /** Whether an alias points at a version. */
  public boolean isInUse(int version) {
    return aliases.containsValue(version);
  }

  /** The same with an alias at another version; production remembers the one before. */
  public ModelState with(Alias alias, int version) {
    SortedMap<Alias, Integer> changed = new TreeMap<>(aliases);
    Integer before = changed.put(alias, version);
    List<Integer> history = previous;
    if (alias.equals(Alias.PRODUCTION)) {
      List<Integer> longer = new ArrayList<>(previous);
      longer.remove(Integer.valueOf(version));
      if (before != null && before != version) {
        longer.remove(before);
        longer.add(0, before);
      }
      history = longer.subList(0, Math.min(longer.size(), MAX_PREVIOUS));
    }
    return new ModelState(
        last, deletedUpTo, changed, canaryWeight, history, owner, readers, quota, decidingSince);
  }

  /** The same after a version that can answer caches and was published then was in production. */
  public ModelState deciding(Instant publishedAt) {
    return decidingSince == null || publishedAt.isAfter(decidingSince)
        ? new ModelState(
            last, deletedUpTo, aliases, canaryWeight, previous, owner, readers, quota, publishedAt)
        : this;
  }

  /** The same without an alias. */
  public ModelState without(Alias alias) {
    SortedMap<Alias, Integer> changed = new TreeMap<>(aliases);
    changed.remove(alias);
    double weight = alias.equals(Alias.CANARY) ? 0 : canaryWeight;
    return new ModelState(
        last, deletedUpTo, changed, weight, previous, owner, readers, quota, decidingSince);
  }

  /** The same with the version before in production, the present one forgotten as previous. */
  public ModelState rolledBack() {
    SortedMap<Alias, Integer> changed = new TreeMap<>(aliases);
    changed.put(Alias.PRODUCTION, previous.get(0));
    return new ModelState(
        last,
        deletedUpTo,
        changed,
        canaryWeight,
        previous.subList(1, previous.size()),
        owner,
        readers,
        quota,
        decidingSince);
  }

  /** The same with another share for the canary. */
  public ModelState withCanaryWeight(double weight) {
    return new ModelState(
        last, deletedUpTo, aliases, weight, previous, owner, readers, quota, decidingSince);
  }

  /** The same with another owner, null for none. */
  public ModelState withOwner(@Nullable String other) {
    return new ModelState(
        last, deletedUpTo, aliases, canaryWeight, previous, other, readers, quota, decidingSince);
  }

  /** The same with other readers. */
  public ModelState withReaders(Readers others) {
    return new ModelState(
        last, deletedUpTo, aliases, canaryWeight, previous, owner, others, quota, decidingSince);
  }

  /**
   * Whether the model is there for somebody. To who may not read it, it is as if there were none.
   */
  public boolean isFor(Identity asker) {
    return readers.admit(asker, owner);
  }

  /** The same with another quota, null for the usual. */
  public ModelState withQuota(@Nullable Quota other) {
    return new ModelState(
        last, deletedUpTo, aliases, canaryWeight, previous, owner, readers, other, decidingSince);
  }

  ModelState withLast(int number) {
    return new ModelState(
        number, deletedUpTo, aliases, canaryWeight, previous, owner, readers, quota, decidingSince);
  }

  ModelState withoutPrevious(Collection<Integer> versions) {
    List<Integer> kept = new ArrayList<>(previous);
    kept.removeAll(versions);
    return new ModelState(
        last, deletedUpTo, aliases, canaryWeight, kept, owner, readers, quota, decidingSince);
  }

  ModelState deleted(int highest) {
    return new ModelState(
        highest, highest, new TreeMap<>(), 0, List.of(), null, Readers.ALL, null, null);
  }
}
