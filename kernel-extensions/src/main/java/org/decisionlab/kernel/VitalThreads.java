// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import java.util.List;

/**
 * Ends the process when a thread dies that the kernel cannot do without, as when cells have filled
 * the memory just as a socket needed some. Such a kernel would live on and answer nobody; one that
 * has ended is started again by its server. Threads of cells die alone.
 */
final class VitalThreads implements Thread.UncaughtExceptionHandler {

  /** Exit status of the process then. */
  static final int EXIT_STATUS = 3;

  /** How their names begin: those of ZeroMQ, of the channels, and of the cells. */
  private static final List<String> NAMES =
      List.of("iothread-", "reaper-", "iopub", "shell", "control", "subshell", "cell");

  private final Runtime runtime = Runtime.getRuntime();

  private VitalThreads() {}

  static void watch() {
    Thread.setDefaultUncaughtExceptionHandler(new VitalThreads());
  }

  @Override
  public void uncaughtException(Thread thread, Throwable failure) {
    String name = thread.getName();
    // No iterator and no text: there may be no memory for them.
    for (int i = 0; i < NAMES.size(); i++) {
      if (name.startsWith(NAMES.get(i))) {
        runtime.halt(EXIT_STATUS);
      }
    }
    failure.printStackTrace();
  }
}
