// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.io.IOException;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.outline.GraphOutline;
import org.decisionlab.sidecar.store.StoredVersion;
import org.jspecify.annotations.Nullable;

/**
 * The graph of a version, whose files never change: read when it is first asked for, by one asker
 * while others wait, and kept, as is the reason why it cannot be shown. Thread safe.
 */
final class KeptOutline {

  private final StoredVersion stored;
  private @Nullable GraphOutline outline;
  private @Nullable String fault;

  KeptOutline(StoredVersion stored) {
    this.stored = stored;
  }

  /**
   * The graph.
   *
   * @throws RefusedException when the files cannot be read as one
   */
  synchronized GraphOutline get() throws IOException {
    if (outline == null && fault == null) {
      try {
        ModelFolder files = ModelFolder.of(stored.name(), stored.files());
        outline = GraphOutline.of(files.forms().get(0));
      } catch (ModelFormatException e) {
        fault = String.valueOf(e.getMessage());
      }
    }
    if (outline == null) {
      throw RefusedException.malformed(
          "the graph of model '" + stored.name() + "' cannot be shown: " + fault);
    }
    return outline;
  }
}
