// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.decisionlab.sidecar.store.ModelName;
import org.decisionlab.sidecar.wire.TfaasParams;

/**
 * A published model whose files cannot be served any more. It is listed, so that it can be seen and
 * published again or deleted.
 *
 * @param name name of the model
 * @param problem what is wrong
 * @param foundAt when that was found
 */
public record DamagedModel(ModelName name, String problem, Instant foundAt)
    implements RegistryEntry {

  @Override
  public void list(ObjectNode entry) {
    TfaasParams.of(name.value(), "").list(entry, foundAt.toString());
    entry.put("state", "damaged").put("problem", problem);
  }
}
