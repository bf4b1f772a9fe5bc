// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.decisionlab.models.bundle.FeatureStatistics;
import org.jspecify.annotations.Nullable;

/**
 * Block that brings each feature to mean 0 and standard deviation 1. Its two constants are
 * parameters that are saved and exported with the model but never learned; a feature that did not
 * vary is only shifted.
 */
final class Standardise extends AbstractBlock {

  private final Parameter mean;
  private final Parameter scale;

  Standardise(List<FeatureStatistics> statistics) {
    mean = constant("mean", statistics, FeatureStatistics::mean);
    scale = constant("scale", statistics, s -> (float) s.deviation() == 0 ? 1 : s.deviation());
  }

  private Parameter constant(
      String name, List<FeatureStatistics> statistics, ToDoubleFunction<FeatureStatistics> value) {
    float[] values = new float[statistics.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) value.applyAsDouble(statistics.get(i));
    }
    return addParameter(FittedParameter.of(name, values));
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store,
      NDList inputs,
      boolean training,
      @Nullable PairList<String, Object> parameters) {
    NDArray rows = inputs.singletonOrThrow();
    NDArray shifted = rows.sub(store.getValue(mean, rows.getDevice(), training));
    return new NDList(shifted.div(store.getValue(scale, rows.getDevice(), training)));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return inputShapes;
  }
}
