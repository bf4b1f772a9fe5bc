// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.fault.RefusedException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Work of several kinds on one pool, of which no kind has more than so many threads: what is of a
 * kind that stalls waits without one. Thread safe.
 */
final class Lanes {

  private static final int MAX_WAITING = 256;

  private final Work work;
  private final int most;
  private final Map<String, Lane> lanes = new HashMap<>();
  private int waiting;

  private static final class Lane {
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int running;
  }

  /**
   * Lanes.
   *
   * @param most tasks of a kind being done at a time
   */
  Lanes(Work work, int most) {
    this.work = work;
    this.most = most;
  }

  /**
   * Does a task when its turn has come. The answer comes on any event loop.
   *
   * @throws RefusedException with {@link Reason#BUSY} when too many wait
   */
  <T> Future<T> run(String kind, Callable<T> task) {
    Promise<T> promise = Promise.promise();
    Runnable start = () -> begin(kind, task, promise);
    synchronized (this) {
      Lane lane = lanes.computeIfAbsent(kind, made -> new Lane());
      if (lane.running >= most) {
        if (waiting >= MAX_WAITING) {
          throw new RefusedException(
              Reason.BUSY, MAX_WAITING + " long tasks are waiting already; come again");
        }
        waiting++;
        lane.waiting.add(start);
        return promise.future();
      }
      lane.running++;
    }
    start.run();
    return promise.future();
  }

  private <T> void begin(String kind, Callable<T> task, Promise<T> promise) {
    try {
      work.run(task)
          .onComplete(
              done -> {
                next(kind);
                promise.handle(done);
              });
    } catch (RefusedException busy) {
      next(kind);
      promise.fail(busy);
    }
  }

  private void next(String kind) {
    Runnable start = taken(kind);
    if (start != null) {
      start.run();
    }
  }

  private synchronized @Nullable Runnable taken(String kind) {
    Lane lane = lanes.get(kind);
    Runnable start = lane == null ? null : lane.waiting.poll();
    if (start != null) {
      waiting--;
    } else if (lane != null && --lane.running == 0) {
      lanes.remove(kind);
    }
    return start;
  }
}
