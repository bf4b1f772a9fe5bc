// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.util.List;
import org.decisionlab.sidecar.store.ModelName;
import org.decisionlab.sidecar.store.ModelState;
import org.decisionlab.sidecar.store.Quota;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one model.
 *
 * @param name its name
 * @param state aliases, canary's weight, versions to go back to, owner
 * @param quota how much it may keep
 * @param bytes size of the files of all its versions
 * @param versions its versions, the latest first
 * @param shadow how the shadow compares with what answers; null when there is no shadow
 * @param problem what is wrong with the model as a whole; null when nothing is
 */
public record ModelStatus(
    ModelName name,
    ModelState state,
    Quota quota,
    long bytes,
    List<VersionStatus> versions,
    @Nullable ShadowComparison shadow,
    @Nullable String problem) {

  /** Copies. */
  public ModelStatus {
    versions = List.copyOf(versions);
  }
}
