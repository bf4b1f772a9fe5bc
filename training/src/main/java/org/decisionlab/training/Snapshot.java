// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.LinkedHashMap;
import java.util.Map;

/** A copy of all parameters of a block by name, running statistics included. */
record Snapshot(Map<String, float[]> values) {

  /** Copies the parameters as they are now. */
  static Snapshot of(Block block) {
    Map<String, float[]> values = new LinkedHashMap<>();
    for (Pair<String, Parameter> parameter : block.getParameters()) {
      values.put(parameter.getKey(), parameter.getValue().getArray().toFloatArray());
    }
    return new Snapshot(values);
  }

  /**
   * Sets the parameters to the copies, and the arrays to new ones. They no longer ask for
   * gradients; a trainer that learns from them again sees to that itself.
   */
  void restore(Block block) {
    for (Pair<String, Parameter> parameter : block.getParameters()) {
      NDArray array = parameter.getValue().getArray();
      // What create() gives lives in a Java buffer that goes with it; the copy is the engine's own.
      try (NDArray view =
          array.getManager().create(values.get(parameter.getKey()), array.getShape())) {
        array.intern(view.duplicate());
      }
    }
  }

  /** Sets the numbers of the parameters to the copies; the arrays stay the trainer's. */
  void write(Block block) {
    for (Pair<String, Parameter> parameter : block.getParameters()) {
      parameter.getValue().getArray().set(values.get(parameter.getKey()));
    }
  }
}
