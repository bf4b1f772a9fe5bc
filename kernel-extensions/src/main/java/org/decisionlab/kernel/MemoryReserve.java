// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import org.jspecify.annotations.Nullable;

/**
 * Memory that is held so that there is some to tell of it when a cell has used up all the rest, and
 * to run the cell that throws something away. For one thread.
 */
final class MemoryReserve {

  private static final int LEAST = 8 << 20;
  private static final int MOST = 16 << 20;
  private static final int PART_OF_HEAP = 32;

  private final Runtime runtime = Runtime.getRuntime();
  private final int size =
      (int) Math.max(LEAST, Math.min(MOST, runtime.maxMemory() / PART_OF_HEAP));
  private byte @Nullable [] held = new byte[size];

  /** Gives the memory to whoever needs it now. */
  void letGo() {
    held = null;
  }

  /** Takes the memory again, when there is much more than that. */
  void takeAgain() {
    long used = runtime.totalMemory() - runtime.freeMemory();
    if (held == null && runtime.maxMemory() - used > 4L * size) {
      held = new byte[size];
    }
  }
}
