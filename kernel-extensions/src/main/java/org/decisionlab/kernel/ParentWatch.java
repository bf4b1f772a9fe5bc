// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the kernel when the server that started it is gone. */
final class ParentWatch {

  private static final Logger LOG = LoggerFactory.getLogger(ParentWatch.class);

  private ParentWatch() {}

  /**
   * Watches a process.
   *
   * @param pid its id as Jupyter passes it in {@code JPY_PARENT_PID}; {@code null} watches nothing
   * @param gone called once when the process has ended
   */
  static void start(@Nullable String pid, Runnable gone) {
    Optional<ProcessHandle> parent = parent(pid);
    parent.ifPresent(
        handle -> {
          Thread watch =
              new Thread(
                  () -> {
                    handle.onExit().join();
                    gone.run();
                  },
                  "parent-watch");
          watch.setDaemon(true);
          watch.start();
        });
  }

  private static Optional<ProcessHandle> parent(@Nullable String pid) {
    if (pid == null || pid.isBlank()) {
      return Optional.empty();
    }
    try {
      return ProcessHandle.of(Long.parseLong(pid.strip()));
    } catch (NumberFormatException e) {
      LOG.warn("JPY_PARENT_PID is not a process id: {}", pid);
      return Optional.empty();
    }
  }
}
