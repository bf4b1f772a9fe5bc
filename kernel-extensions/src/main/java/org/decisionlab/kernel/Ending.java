// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;

/** The moment at which the kernel is to end. The first reason counts. Thread safe. */
final class Ending {

  private final CountDownLatch ended = new CountDownLatch(1);
  private final PrintStream log;
  private int status;

  /**
   * @param log told why the kernel ends when nobody has asked for it
   */
  Ending(PrintStream log) {
    this.log = log;
  }

  /** Ends the kernel as a client has asked. */
  synchronized void asked() {
    ended.countDown();
  }

  /** Ends the kernel because it is of no use any more. */
  synchronized void because(String reason, int exitStatus) {
    if (ended.getCount() > 0) {
      log.println("The kernel ends: " + reason);
      status = exitStatus;
      ended.countDown();
    }
  }

  /** Waits for the end; returns the exit status of the process. */
  int await() throws InterruptedException {
    ended.await();
    synchronized (this) {
      return status;
    }
  }
}
