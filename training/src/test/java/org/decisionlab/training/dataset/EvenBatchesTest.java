// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvenBatchesTest {

  private static List<List<Long>> sample(EvenBatches sampler, int rows) {
    try (NDManager manager = NDManager.newBaseManager()) {
      ArrayDataset dataset =
          new ArrayDataset.Builder()
              .setData(manager.zeros(new Shape(rows, 1)))
              .setSampling(sampler)
              .build();
      List<List<Long>> batches = new ArrayList<>();
      sampler.sample(dataset).forEachRemaining(batches::add);
      return batches;
    }
  }

  @ParameterizedTest
  @CsvSource({"513,512,2,256", "512,512,1,512", "10,4,3,3", "5,2,3,1", "3,100,1,3"})
  void spreadsRowsEvenly(int rows, int batchSize, int batches, int smallest) {
    List<List<Long>> found = sample(new EvenBatches(batchSize, 1), rows);
    assertThat(found).hasSize(batches).allMatch(b -> b.size() >= smallest && b.size() <= batchSize);
    assertThat(found.stream().flatMap(List::stream))
        .containsExactlyInAnyOrderElementsOf(LongStream.range(0, rows).boxed().toList());
  }

  @Test
  void theSeedDecidesTheOrderAndEveryEpochHasItsOwn() {
    EvenBatches sampler = new EvenBatches(4, 9);
    EvenBatches again = new EvenBatches(4, 9);
    List<List<Long>> first = sample(sampler, 20);
    List<List<Long>> second = sample(sampler, 20);
    assertThat(second).isNotEqualTo(first);
    assertThat(sample(again, 20)).isEqualTo(first);
    assertThat(sample(again, 20)).isEqualTo(second);
    assertThat(sample(new EvenBatches(4, 10), 20)).isNotEqualTo(first);
  }

  @Test
  void refusesBatchesOfOne() {
    assertThatThrownBy(() -> new EvenBatches(1, 1)).hasMessageContaining("2 or more");
  }
}
