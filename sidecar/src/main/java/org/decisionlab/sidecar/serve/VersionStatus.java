// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.decisionlab.models.bundle.ModelCard;
import org.decisionlab.models.engine.Signature;
import org.decisionlab.sidecar.store.StoredVersion;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one version of a model.
 *
 * @param version its number
 * @param state whether it can be asked
 * @param problem what is wrong; null when nothing is
 * @param stored as it lies on disk, with checksums; null when that cannot be read
 * @param card its card: features, metrics and where it comes from; null when it has none
 * @param engine what runs it, null when it is not loaded
 * @param check what its answers were compared with before use, null when it is not loaded
 * @param signature what goes in and comes out, null when it is not loaded
 */
public record VersionStatus(
    int version,
    State state,
    @Nullable String problem,
    @Nullable StoredVersion stored,
    @Nullable ModelCard card,
    @Nullable String engine,
    @Nullable String check,
    @Nullable Signature signature) {

  /** Whether a version can be asked. */
  public enum State {
    /** Loaded: an alias points at it. */
    SERVING,
    /** Only on disk. */
    STORED,
    /** Its files are not what was published, or cannot be loaded. */
    DAMAGED
  }

  static VersionStatus of(ServedModel model) {
    return new VersionStatus(
        model.version(),
        State.SERVING,
        null,
        model.stored(),
        model.card(),
        model.engine().toString(),
        model.check(),
        model.signature());
  }

  static VersionStatus stored(StoredVersion stored, @Nullable ModelCard card) {
    return new VersionStatus(stored.version(), State.STORED, null, stored, card, null, null, null);
  }

  static VersionStatus damaged(int version, String problem) {
    return new VersionStatus(version, State.DAMAGED, problem, null, null, null, null, null);
  }

  /** When it was published, null when that cannot be read. */
  public @Nullable Instant publishedAt() {
    return stored == null ? null : stored.publishedAt();
  }

  /** Checksums of its files by their paths; empty when they cannot be read. */
  public SortedMap<String, String> sha256() {
    return stored == null ? Collections.emptySortedMap() : new TreeMap<>(stored.sha256());
  }
}
