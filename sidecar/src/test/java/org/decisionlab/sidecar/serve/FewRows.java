// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.util.List;
import org.decisionlab.models.engine.ElementType;
import org.decisionlab.models.engine.LoadedModel;
import org.decisionlab.models.engine.Signature;
import org.decisionlab.models.engine.TensorSpec;
import org.decisionlab.models.engine.TensorValue;

/**
 * What an engine of others might load: memory for so many rows of two numbers and no more; its
 * answers are the rows.
 */
record FewRows(int most) implements LoadedModel {

  @Override
  public Signature signature() {
    TensorSpec rows = new TensorSpec("x", ElementType.FLOAT32, List.of(TensorSpec.ANY, 2));
    return new Signature(List.of(rows), List.of(rows));
  }

  @Override
  public List<TensorValue> run(List<TensorValue> inputs) {
    if (inputs.get(0).rows() > most) {
      throw new OutOfMemoryError("for " + inputs.get(0).rows() + " rows");
    }
    return inputs;
  }

  @Override
  public void close() {}
}
