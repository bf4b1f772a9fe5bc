// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.timing;

import java.util.ArrayList;
import java.util.List;

/**
 * Measures a loop: warms it up until its time no longer falls, then repeats it. Each repetition
 * takes about a fifth of a second, so that the clock and single interrupts do not matter.
 */
final class Meter {

  private static final long BATCH_NANOS = 200_000_000;
  private static final long WARM_UP_NANOS = 5_000_000_000L;
  private static final int STEADY_BATCHES = 4;
  private static final int WARM_UP_PARTS = 4;
  private static final double STEADY = 0.03;

  private final Loop loop;
  private final Sink sink = new Sink();

  Meter(Loop loop) {
    this.loop = loop;
  }

  /**
   * Measures.
   *
   * @param wantedLoops how often the code runs in a repetition; 0 for as often as fits
   * @param repetitions how many figures there are
   * @throws Throwable what the code throws, {@link InterruptedException} when the cell is to stop
   */
  Measurement measure(long wantedLoops, int repetitions) throws Throwable {
    long began = System.nanoTime();
    double best = Double.MAX_VALUE;
    long loops = 1;
    int withoutGain = 0;
    while (withoutGain < STEADY_BATCHES && System.nanoTime() - began < WARM_UP_NANOS) {
      long nanos = batch(loops);
      double each = (double) nanos / loops;
      boolean longEnough = nanos >= BATCH_NANOS / (2 * WARM_UP_PARTS);
      withoutGain = longEnough && each > best * (1 - STEADY) ? withoutGain + 1 : 0;
      best = longEnough ? Math.min(best, each) : best;
      loops = Math.max(1, (long) (BATCH_NANOS / WARM_UP_PARTS / Math.max(each, 0.01)));
      if (nanos >= WARM_UP_NANOS / STEADY_BATCHES) {
        break;
      }
    }
    boolean steady = withoutGain >= STEADY_BATCHES;
    long warmUp = System.nanoTime() - began;
    long count = wantedLoops > 0 ? wantedLoops : Math.max(1, loops * WARM_UP_PARTS);
    List<Double> nanos = new ArrayList<>();
    for (int i = 0; i < repetitions; i++) {
      nanos.add((double) batch(count) / count);
    }
    return new Measurement(nanos, count, warmUp, steady);
  }

  private long batch(long loops) throws Throwable {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    long begin = System.nanoTime();
    loop.run(loops, sink);
    return System.nanoTime() - begin;
  }
}
