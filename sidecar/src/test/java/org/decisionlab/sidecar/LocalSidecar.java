// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.decisionlab.models.engine.Engines;
import org.decisionlab.models.engine.JavaEngine;

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
    return new LocalSidecar(Sidecar.start(change.apply(lite(SidecarSettings.of(0, models)))));
  }

  /** Without engines in native code, which the tests of engines are about. */
  private static SidecarSettings lite(SidecarSettings s) {
    Engines java = new Engines(List.of(new JavaEngine()));
    return s.withServing(s.serving().with(java));
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
