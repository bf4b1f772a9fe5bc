// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.fault.RefusedException.Reason;

/** What takes too long for an event loop, on a pool, with a bounded number under way. */
final class Work {

  private final WorkerExecutor workers;
  private final int limit;
  private final AtomicInteger underWay = new AtomicInteger();

  /**
   * Work on a pool.
   *
   * @param limit tasks waiting or being done at a time
   */
  Work(WorkerExecutor workers, int limit) {
    this.workers = workers;
    this.limit = limit;
  }

  /** Does a task; refused with {@link Reason#BUSY} when too many are under way. */
  <T> Future<T> run(Callable<T> task) {
    if (underWay.incrementAndGet() > limit) {
      underWay.decrementAndGet();
      throw new RefusedException(
          Reason.BUSY, "more than " + limit + " long tasks are under way; come again");
    }
    return workers.executeBlocking(task, false).onComplete(done -> underWay.decrementAndGet());
  }
}
