// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.dataset;

import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Sampler;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Batches of rows in an order drawn anew for each epoch from one seed. The rows are spread evenly
 * over as few batches as the batch size allows, so that none is left out and no batch is a lone row
 * (which batch normalisation could not learn from).
 */
public final class EvenBatches implements Sampler {

  private final int batchSize;
  private final Random random;

  /**
   * A sampler.
   *
   * @param batchSize largest number of rows in a batch, 2 or more
   * @param seed decides the order of the rows in every epoch
   */
  public EvenBatches(int batchSize, long seed) {
    if (batchSize < 2) {
      throw new IllegalArgumentException("batch size must be 2 or more: " + batchSize);
    }
    this.batchSize = batchSize;
    this.random = new Random(seed);
  }

  @Override
  public Iterator<List<Long>> sample(RandomAccessDataset dataset) {
    int rows = Math.toIntExact(dataset.size());
    List<Long> order = new ArrayList<>(LongStream.range(0, rows).boxed().toList());
    Collections.shuffle(order, random);
    int batches = count(rows);
    return IntStream.range(0, batches)
        .mapToObj(b -> order.subList(bound(b, rows, batches), bound(b + 1, rows, batches)))
        .iterator();
  }

  /** Number of batches that so many rows make. */
  public int count(int rows) {
    return (rows + batchSize - 1) / batchSize;
  }

  @Override
  public int getBatchSize() {
    return batchSize;
  }

  private static int bound(int batch, int rows, int batches) {
    return (int) ((long) rows * batch / batches);
  }
}
