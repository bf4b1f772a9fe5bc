// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.decisionlab.models.engine.ElementType;
import org.decisionlab.models.engine.LoadedModel;
import org.decisionlab.models.engine.Signature;
import org.decisionlab.models.engine.TensorSpec;
import org.decisionlab.models.engine.TensorValue;
import org.junit.jupiter.api.Test;

class CostTest {

  /** What an engine of others might load: memory for so many rows, and no more. */
  private record Large(int most) implements LoadedModel {

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

  @Test
  void aModelThatFitsWithOneRowIsAskedOneByOne() {
    Cost cost = Cost.of(new RowModel(new Large(1)));
    assertThat(cost.isCheapFor(1)).isTrue();
    assertThat(cost.isCheapFor(2)).isFalse();
    assertThat(cost.batchingPays()).isFalse();
    assertThat(Cost.of(new RowModel(new Large(Cost.MANY))).isCheapFor(2)).isTrue();
  }

  @Test
  void batchingPaysWhereManyCostLessThanHalf() {
    assertThat(new Cost(1_000, 16_001).batchingPays()).isFalse();
    assertThat(new Cost(1_000, 15_999).batchingPays()).isTrue();
    assertThat(Cost.UNKNOWN.batchingPays()).isFalse();
    assertThat(Cost.UNKNOWN.isCheapFor(1)).isFalse();
  }
}
