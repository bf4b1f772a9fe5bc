// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the kernel when the server that started it is gone. */
final class ParentWatch {

  private static final Logger LOG = LoggerFactory.getLogger(ParentWatch.class);

  private ParentWatch() {}

  /**
   * Watches a process; one that has ended already counts as gone.
   *
   * @param pid its id as Jupyter passes it in {@code JPY_PARENT_PID}; {@code null} watches nothing
   * @param ending told when the process has ended
   */
  static void start(@Nullable String pid, Ending ending) {
    OptionalLong id = id(pid);
    if (id.isEmpty()) {
      return;
    }
    Optional<ProcessHandle> parent = ProcessHandle.of(id.getAsLong());
    if (parent.isEmpty()) {
      ending.because("there is no process " + pid + ", its parent by JPY_PARENT_PID", 0);
      return;
    }
    Thread watch =
        new Thread(
            () -> {
              parent.get().onExit().join();
              ending.because("its parent, process " + pid + ", has ended", 0);
            },
            "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }

  private static OptionalLong id(@Nullable String pid) {
    if (pid == null || pid.isBlank()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(pid.strip()));
    } catch (NumberFormatException e) {
      LOG.warn("JPY_PARENT_PID is not a process id: {}", pid);
      return OptionalLong.empty();
    }
  }
}
