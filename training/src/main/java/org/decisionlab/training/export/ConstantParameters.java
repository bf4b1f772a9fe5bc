// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gives parameters as constants of the recording, copied so that nothing can change the model. */
final class ConstantParameters extends ParameterStore {

  private final Tracer tracer;
  private final Map<String, String> names = new HashMap<>();

  ConstantParameters(Tracer tracer, Block block) {
    super(tracer.manager(), false);
    this.tracer = tracer;
    block.getParameters().forEach(named -> names.put(named.getValue().getId(), named.getKey()));
  }

  @Override
  public @Nullable NDArray getValue(
      @Nullable Parameter parameter, Device device, boolean training) {
    if (parameter == null) {
      return null;
    }
    String name = names.getOrDefault(parameter.getId(), parameter.getName());
    if (!parameter.isInitialized()) {
      throw new ExportRefusedException(
          "parameter " + name + " has no value yet; train or initialise the block first");
    }
    NDArray copy = parameter.getArray().duplicate();
    copy.attach(tracer.manager());
    return tracer.parameter(name, copy);
  }
}
