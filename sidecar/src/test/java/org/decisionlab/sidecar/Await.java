// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for a condition, with a limit that a slow machine keeps too. */
public final class Await {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final long PAUSE_NANOS = 5_000_000;

  private Await() {}

  public static void until(String what, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + LIMIT + ": " + what);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
