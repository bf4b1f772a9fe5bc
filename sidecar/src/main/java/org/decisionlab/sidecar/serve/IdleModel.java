// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.decisionlab.sidecar.store.ModelName;
import org.decisionlab.sidecar.wire.TfaasParams;

/**
 * A model none of whose versions is in production.
 *
 * @param name name of the model
 */
public record IdleModel(ModelName name) implements RegistryEntry {

  @Override
  public void list(ObjectNode entry) {
    TfaasParams.of(name.value(), "").list(entry, "");
    entry.put("state", "idle").put("problem", "no version is in production");
  }
}
