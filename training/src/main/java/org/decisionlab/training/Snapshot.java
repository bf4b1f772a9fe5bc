// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import ai.djl.ndarray.NDArray;
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

  /**
   * Sets the parameters to what they were when last copied. They no longer ask for gradients; a
   * trainer that learns from them again sees to that itself.
   */
  void restore() {
    for (int i = 0; i < values.size(); i++) {
      NDArray array = parameters.get(i).getArray();
      // What create() gives lives in a Java buffer that goes with it; the copy is the engine's own.
      try (NDArray view = array.getManager().create(values.get(i), array.getShape())) {
        array.intern(view.duplicate());
      }
    }
  }
}
