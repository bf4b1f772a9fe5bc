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
 * Batches of rows in an order drawn anew for each epoch, from seed and epoch alone. The rows are
 * spread evenly over as few batches as the batch size allows, so that none is left out and no batch
 * is a lone row (which batch normalisation could not learn from).
 */
public final class EvenBatches implements Sampler {

  private final int batchSize;
  private final long seed;
  private long epoch;

  /**
   * A sampler that begins with epoch 1.
   *
   * @param batchSize largest number of rows in a batch, 2 or more
   * @param seed decides the order of the rows in every epoch
   */
  public EvenBatches(int batchSize, long seed) {
    if (batchSize < 2) {
      throw new IllegalArgumentException("batch size must be 2 or more: " + batchSize);
    }
    this.batchSize = batchSize;
    this.seed = seed;
  }

  /** So many epochs are done; the next one is the one after them. */
  public void epochsDone(int count) {
    epoch = count;
  }

  /** A seed for one epoch of a training, the same whatever came before it. */
  public static long seedOf(long seed, long epoch) {
    // The finaliser of SplitMix64: neighbouring seeds and epochs have nothing in common.
    long z = seed + epoch * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  @Override
  public Iterator<List<Long>> sample(RandomAccessDataset dataset) {
    epoch++;
    int rows = Math.toIntExact(dataset.size());
    List<Long> order = new ArrayList<>(LongStream.range(0, rows).boxed().toList());
    Collections.shuffle(order, new Random(seedOf(seed, epoch)));
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
