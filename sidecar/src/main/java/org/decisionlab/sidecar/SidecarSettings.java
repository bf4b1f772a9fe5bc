// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import java.nio.file.Path;
import org.decisionlab.sidecar.decide.DeskSettings;
import org.decisionlab.sidecar.http.ServerLimits;
import org.decisionlab.sidecar.store.ModelName;
import org.jspecify.annotations.Nullable;

/**
 * How a sidecar runs.
 *
 * @param host address to listen at, one of this machine's loopback addresses
 * @param port port to listen at, 0 for any that is free
 * @param models directory of the model store
 * @param decisionModel the model that answers caches; null for the latest one that can
 * @param desk how caches are answered
 * @param limits what requests may take
 */
public record SidecarSettings(
    String host,
    int port,
    Path models,
    @Nullable ModelName decisionModel,
    DeskSettings desk,
    ServerLimits limits) {

  /** The usual settings: loopback, the latest decision model, the usual limits. */
  public static SidecarSettings of(int port, Path models) {
    return new SidecarSettings(
        "127.0.0.1",
        port,
        models,
        null,
        DeskSettings.of(DeskSettings.DEFAULT_FILES_PER_LAYER, false),
        ServerLimits.DEFAULT);
  }
}
