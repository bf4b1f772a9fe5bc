// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.lang.ref.SoftReference;

/**
 * Keeps a cell that exhausts the heap from taking the kernel with it: when the heap is full, any
 * thread that asks for memory fails, such as those that speak with the client. The garbage
 * collector takes softly held memory before it lets a thread fail; a loop of a cell that finds the
 * reserve taken ends, and leaves the kernel what is left of it.
 */
final class HeapReserve {

  private static final int BLOCK = 256 << 10;
  private static final int BLOCKS = 64;
  private static final long LITTLE = 2L * BLOCK * BLOCKS;

  private SoftReference<byte[][]> reserve = new SoftReference<>(null);
  private boolean filled;

  /** A cell begins: the reserve is filled where there is room. */
  void begin() {
    // Reading it also tells the garbage collector that it is in use.
    if (reserve.get() == null && free() <= LITTLE) {
      // What an earlier cell has filled the heap with may be garbage by now.
      System.gc();
    }
    if (reserve.get() == null && free() > LITTLE) {
      reserve = new SoftReference<>(new byte[BLOCKS][BLOCK]);
    }
    // With little memory from the beginning, a cell may still do what needs none.
    filled = reserve.get() != null;
  }

  /** Ends what a cell does when the reserve has been taken and hardly any memory is left. */
  void check() {
    if (!filled || !reserve.refersTo(null)) {
      return;
    }
    if (free() > LITTLE) {
      reserve = new SoftReference<>(new byte[BLOCKS][BLOCK]);
    } else {
      filled = false;
      throw new OutOfMemoryError(
          "the heap of " + (Runtime.getRuntime().maxMemory() >> 20) + " MiB is full");
    }
  }

  private static long free() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
  }
}
