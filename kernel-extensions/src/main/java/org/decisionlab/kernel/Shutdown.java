// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import java.time.Duration;
import org.decisionlab.kernel.channels.KernelConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the kernel in order, however the JVM is told to end; every step has a limit. */
final class Shutdown {

  private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

  private static final Duration INTERRUPT = Duration.ofSeconds(2);
  private static final Duration EXTENSIONS = Duration.ofSeconds(10);
  private static final Duration CONNECTION = Duration.ofSeconds(3);
  private static final Duration TEMPORARY = Duration.ofSeconds(10);

  private Shutdown() {}

  static void install(JavaKernel kernel, KernelConnection connection, AutoCloseable temporary) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  within(INTERRUPT, kernel::interrupt);
                  within(EXTENSIONS, () -> kernel.onShutdown(false));
                  within(CONNECTION, connection::close);
                  within(TEMPORARY, () -> close(temporary));
                },
                "shutdown"));
  }

  private static void close(AutoCloseable temporary) {
    try {
      temporary.close();
    } catch (Exception e) {
      LOG.warn("the classes of cells could not be deleted", e);
    }
  }

  private static void within(Duration limit, Runnable step) {
    Thread thread = new Thread(step, "shutdown-step");
    thread.setDaemon(true);
    thread.start();
    try {
      thread.join(limit.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
