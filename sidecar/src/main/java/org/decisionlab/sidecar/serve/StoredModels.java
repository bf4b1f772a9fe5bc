// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.decisionlab.models.bundle.ModelBundle;
import org.decisionlab.models.bundle.ModelCard;
import org.decisionlab.sidecar.store.Alias;
import org.decisionlab.sidecar.store.DamagedVersionException;
import org.decisionlab.sidecar.store.ModelName;
import org.decisionlab.sidecar.store.ModelState;
import org.decisionlab.sidecar.store.ModelStore;
import org.decisionlab.sidecar.store.Quota;
import org.decisionlab.sidecar.store.StoredVersion;
import org.jspecify.annotations.Nullable;

/** The models of the store with all their versions, as far as they are for who asks. */
final class StoredModels {

  private final ModelStore store;
  private final StoreFollower follower;
  private final Shadows shadows;
  private final Quota usualQuota;

  StoredModels(ModelStore store, StoreFollower follower, Shadows shadows, Quota usualQuota) {
    this.store = store;
    this.follower = follower;
    this.shadows = shadows;
    this.usualQuota = usualQuota;
  }

  /** All that are for the caller, by name. */
  List<ModelStatus> list(Caller caller) throws IOException {
    List<ModelStatus> list = new ArrayList<>();
    for (ModelName name : store.models()) {
      ModelStatus found = isFor(name, caller) ? describe(name) : null;
      // It may have become somebody's own meanwhile.
      if (found != null && found.state().isFor(caller.who())) {
        list.add(found);
      }
    }
    return list;
  }

  /**
   * Refuses a model that does not exist, and one that is not for the caller in the same way.
   *
   * @throws DamagedVersionException when there is one for them whose state cannot be read
   */
  void require(ModelName name, Caller caller) throws IOException {
    if (!isFor(name, caller) || store.versions(name).isEmpty()) {
      throw ModelRegistry.unknown(name.value());
    }
  }

  /** One whose state cannot be read, which {@link #describe} tells, is for its owner at least. */
  private boolean isFor(ModelName name, Caller caller) {
    ModelState state;
    try {
      state = store.state(name);
    } catch (IOException e) {
      state = store.recovered(name);
    }
    return state.isFor(caller.who());
  }

  /** A model with all its versions, whomever it is for. */
  ModelStatus describe(ModelName name) throws IOException {
    ModelState state;
    List<Integer> numbers;
    try {
      state = store.state(name);
      numbers = new ArrayList<>(store.versions(name));
    } catch (DamagedVersionException e) {
      return new ModelStatus(
          name, store.recovered(name), usualQuota, 0, List.of(), null, e.getMessage());
    }
    Collections.reverse(numbers);
    PublishedModel served = follower.find(name);
    List<VersionStatus> versions = new ArrayList<>();
    long bytes = 0;
    for (int number : numbers) {
      VersionStatus version = version(name, number, served);
      StoredVersion stored = version.stored();
      bytes += stored == null ? 0 : stored.bytes();
      versions.add(version);
    }
    Quota own = state.quota();
    return new ModelStatus(
        name, state, own == null ? usualQuota : own, bytes, versions, shadow(name, state), null);
  }

  private VersionStatus version(ModelName name, int number, @Nullable PublishedModel served)
      throws IOException {
    RegistryEntry entry = served == null ? null : served.find(number);
    if (entry instanceof ServedModel model) {
      return VersionStatus.of(model);
    }
    if (entry instanceof DamagedModel damaged) {
      return VersionStatus.damaged(number, damaged.problem());
    }
    try {
      StoredVersion stored = store.describe(name, number);
      return VersionStatus.stored(stored, card(stored));
    } catch (DamagedVersionException e) {
      return VersionStatus.damaged(number, String.valueOf(e.getMessage()));
    }
  }

  private static @Nullable ModelCard card(StoredVersion stored) throws IOException {
    if (!stored.sha256().containsKey(ModelBundle.CARD)) {
      return null;
    }
    try {
      return ModelCard.fromJson(
          Files.readString(stored.files().resolve(ModelBundle.CARD), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new DamagedVersionException("its card cannot be read: " + e.getMessage(), e);
    }
  }

  private @Nullable ShadowComparison shadow(ModelName name, ModelState state) {
    Integer shadow = state.version(Alias.SHADOW);
    if (shadow == null) {
      return null;
    }
    ShadowComparison found = shadows.of(name);
    if (found != null && found.shadow() == shadow) {
      return found;
    }
    Integer answering = state.version(Alias.PRODUCTION);
    return ShadowComparison.none(answering == null ? 0 : answering, shadow);
  }
}
