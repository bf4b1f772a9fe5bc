// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.decisionlab.sidecar.store.ModelName;

/** A published model as the registry knows it. */
public sealed interface RegistryEntry permits ServedModel, DamagedModel, IdleModel {

  /** Name of the model. */
  ModelName name();

  /** Describes it as TFaaS does, with further members after the known ones. */
  void list(ObjectNode entry);
}
