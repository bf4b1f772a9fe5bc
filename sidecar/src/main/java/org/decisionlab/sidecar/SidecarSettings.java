// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import java.nio.file.Path;
import org.decisionlab.sidecar.decide.DeskSettings;
import org.decisionlab.sidecar.http.ServerLimits;
import org.decisionlab.sidecar.serve.ServingSettings;

/**
 * How a sidecar runs.
 *
 * @param host address to listen at, one of this machine's loopback addresses
 * @param port port to listen at, 0 for any that is free
 * @param models directory of the model store
 * @param serving how models are served
 * @param desk how caches are answered
 * @param limits what requests may take
 */
public record SidecarSettings(
    String host,
    int port,
    Path models,
    ServingSettings serving,
    DeskSettings desk,
    ServerLimits limits) {

  /** The usual settings: loopback, the latest decision model, the usual limits. */
  public static SidecarSettings of(int port, Path models) {
    return new SidecarSettings(
        "127.0.0.1",
        port,
        models,
        ServingSettings.usual(),
        DeskSettings.of(DeskSettings.DEFAULT_FILES_PER_LAYER, false),
        ServerLimits.DEFAULT);
  }
}
