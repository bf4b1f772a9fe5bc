// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.decisionlab.kernel.channels.Request;
import org.jspecify.annotations.Nullable;

/**
 * Tells from time to time that a cell is still running. A notebook server takes a message on behalf
 * of an execute request for activity of the user; a state that is published once more leaves
 * nothing in the notebook.
 */
final class Activity implements AutoCloseable {

  private final Request request;
  private final @Nullable ScheduledFuture<?> beats;
  private boolean ended;

  /**
   * @param request of the cell that runs
   * @param timer calls at intervals
   * @param interval between two messages; zero for none
   */
  Activity(Request request, ScheduledExecutorService timer, Duration interval) {
    this.request = request;
    long millis = interval.toMillis();
    this.beats =
        millis <= 0
            ? null
            : timer.scheduleAtFixedRate(this::beat, millis, millis, TimeUnit.MILLISECONDS);
  }

  private synchronized void beat() {
    if (!ended) {
      request.publishStatus("busy");
    }
  }

  /** Ends the messages: none comes after this has returned. */
  @Override
  public synchronized void close() {
    ended = true;
    if (beats != null) {
      beats.cancel(false);
    }
  }
}
