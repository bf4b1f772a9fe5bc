// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.engine;

import java.util.List;

/**
 * What goes into a model and comes out of it.
 *
 * @param inputs in the order in which they are given
 * @param outputs in the order in which they come
 */
public record Signature(List<TensorSpec> inputs, List<TensorSpec> outputs) {

  /** Copies, and refuses a model without inputs or outputs. */
  public Signature {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    if (inputs.isEmpty() || outputs.isEmpty()) {
      throw new IllegalArgumentException(
          "a model needs an input and an output, found " + inputs + " and " + outputs);
    }
  }
}
