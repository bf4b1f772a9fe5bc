// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;

/** A copy of all parameters of a block, running statistics included. */
final class Snapshot {

  private final List<Parameter> parameters;
  private final List<float[]> values = new ArrayList<>();

  Snapshot(Block block) {
    this.parameters = block.getParameters().values();
  }

  /** Copies the parameters as they are now. */
  void take() {
    values.clear();
    parameters.forEach(parameter -> values.add(parameter.getArray().toFloatArray()));
  }

  /** Sets the parameters to what they were when last copied. */
  void restore() {
    for (int i = 0; i < values.size(); i++) {
      parameters.get(i).getArray().set(values.get(i));
    }
  }
}
