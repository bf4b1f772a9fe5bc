// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.util.concurrent.TimeUnit;
import org.decisionlab.models.engine.TensorSpec;
import org.decisionlab.sidecar.fault.RefusedException;

/**
 * What a question costs, measured when the model was loaded.
 *
 * @param nanosOfOne time for one row
 * @param nanosOfMany time for {@value #MANY} rows together
 */
record Cost(long nanosOfOne, long nanosOfMany) {

  /** Rows that are measured together. */
  static final int MANY = 32;

  /** Of a model that could not be measured: never on an event loop, never in batches. */
  static final Cost UNKNOWN = new Cost(Long.MAX_VALUE, Long.MAX_VALUE);

  /** What an event loop may spend on one question while others wait. */
  private static final long INLINE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  private static final long MEASURING_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int MAX_ROUNDS = 200;
  private static final int WARM_UP_ROUNDS = 3;

  /** Asks a model rows until the time is up, and keeps the shortest times. */
  static Cost of(RowModel model) {
    if (model.width() == TensorSpec.ANY) {
      return UNKNOWN;
    }
    try {
      return new Cost(shortest(model, 1), ofMany(model));
    } catch (RefusedException e) {
      return UNKNOWN;
    }
  }

  /** A model may fit into memory with one row and not with many. */
  private static long ofMany(RowModel model) {
    try {
      return shortest(model, MANY);
    } catch (RefusedException | OutOfMemoryError e) {
      return Long.MAX_VALUE;
    }
  }

  private static long shortest(RowModel model, int rows) {
    float[][] sample = model.sample(rows, rows);
    long shortest = Long.MAX_VALUE;
    long end = System.nanoTime() + MEASURING_NANOS;
    for (int i = 0; i < MAX_ROUNDS && (i < WARM_UP_ROUNDS || System.nanoTime() < end); i++) {
      long from = System.nanoTime();
      model.answers(sample);
      shortest = Math.min(shortest, System.nanoTime() - from);
    }
    return shortest;
  }

  /** Whether an event loop may answer so many rows itself. */
  boolean isCheapFor(int rows) {
    return rows <= 1
        ? nanosOfOne <= INLINE_NANOS
        : nanosOfMany <= INLINE_NANOS && (double) nanosOfMany / MANY * rows <= INLINE_NANOS;
  }

  /**
   * Whether it answers one row and could not answer many: then rows are asked one after another.
   */
  boolean oneRowOnly() {
    return nanosOfOne < Long.MAX_VALUE && nanosOfMany == Long.MAX_VALUE;
  }

  /** Whether questions that wait should be asked together: less than half the time in all. */
  boolean batchingPays() {
    return nanosOfOne < Long.MAX_VALUE && nanosOfMany < (double) nanosOfOne * MANY / 2;
  }
}
