// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CostTest {

  @Test
  void aModelThatFitsWithOneRowIsNeverAskedMany() {
    Cost cost = Cost.of(new RowModel(new FewRows(1)));
    assertThat(cost.oneRowOnly()).isTrue();
    assertThat(cost.isCheapFor(2)).isFalse();
    assertThat(cost.batchingPays()).isFalse();
    assertThat(Cost.of(new RowModel(new FewRows(Cost.MANY))).oneRowOnly()).isFalse();
    assertThat(Cost.UNKNOWN.oneRowOnly()).isFalse();
  }

  @Test
  void anEventLoopAnswersWhatTakesLittleTime() {
    assertThat(new Cost(200_000, Long.MAX_VALUE).isCheapFor(1)).isTrue();
    assertThat(new Cost(200_001, 1).isCheapFor(1)).isFalse();
    assertThat(new Cost(1, 100_000).isCheapFor(2 * Cost.MANY)).isTrue();
    assertThat(new Cost(1, 100_000).isCheapFor(2 * Cost.MANY + 1)).isFalse();
  }

  @Test
  void batchingPaysWhereManyCostLessThanHalf() {
    assertThat(new Cost(1_000, 16_001).batchingPays()).isFalse();
    assertThat(new Cost(1_000, 15_999).batchingPays()).isTrue();
    assertThat(Cost.UNKNOWN.batchingPays()).isFalse();
    assertThat(Cost.UNKNOWN.isCheapFor(1)).isFalse();
  }
}
