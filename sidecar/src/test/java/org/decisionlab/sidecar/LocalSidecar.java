// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** A sidecar in this process on a free port, ended with the test. */
final class LocalSidecar implements AutoCloseable {

  private final Sidecar sidecar;

  private LocalSidecar(Sidecar sidecar) {
    this.sidecar = sidecar;
  }

  static LocalSidecar start(Path models) throws StartException {
    return start(models, settings -> settings);
  }

  static LocalSidecar start(Path models, UnaryOperator<SidecarSettings> change)
      throws StartException {
    return new LocalSidecar(Sidecar.start(change.apply(SidecarSettings.of(0, models))));
  }

  Client client() {
    return new Client(sidecar.address());
  }

  Sidecar sidecar() {
    return sidecar;
  }

  @Override
  public void close() {
    sidecar.close();
  }
}
