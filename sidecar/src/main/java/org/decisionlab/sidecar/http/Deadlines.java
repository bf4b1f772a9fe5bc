// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import io.netty.channel.ChannelFutureListener;
import io.vertx.core.Vertx;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Fails requests with 408 that take too long. All have the same time, so the one that came first is
 * late first, and one timer, set for it, does for all. One for each event loop, used on it alone.
 */
final class Deadlines {

  private final Vertx vertx;
  private final long limitNanos;

  /** Between the latest and the earliest visit: the list is a ring. */
  private final Visit ends = Visit.end();

  private boolean timerIsSet;

  /**
   * Watches nothing yet.
   *
   * @param vertx whose timers fire on the event loop that sets them
   * @param limit time of each request
   */
  Deadlines(Vertx vertx, Duration limit) {
    this.vertx = vertx;
    this.limitNanos = limit.toNanos();
  }

  /** Fails a visit when its time is over, unless it has left by then. */
  void watch(Visit visit) {
    visit.enter(ends);
    if (!timerIsSet) {
      set(limitNanos);
    }
  }

  private void set(long nanos) {
    timerIsSet = true;
    vertx.setTimer(TimeUnit.NANOSECONDS.toMillis(Math.max(nanos, 0)) + 1, fired -> look());
  }

  private void look() {
    timerIsSet = false;
    long now = System.nanoTime();
    try {
      Visit first = ends.next();
      while (first != ends && now - first.began() >= limitNanos) {
        first.leaveRing();
        end(first.context());
        first = ends.next();
      }
    } finally {
      // Whatever became of one that was late: the others have their time too.
      Visit first = ends.next();
      if (first != ends && !timerIsSet) {
        set(limitNanos - (now - first.began()));
      }
    }
  }

  /** Refuses a request; where its answer has begun already there is only the connection to end. */
  private static void end(RoutingContext context) {
    if (!context.response().headWritten()) {
      context.fail(408);
    } else if (context.request().connection() instanceof HttpServerConnection connection) {
      // Vert.x would wait until the rest of the answer is taken.
      connection
          .channelHandlerContext()
          .close()
          .addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }
  }
}
