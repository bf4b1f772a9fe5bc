// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The first thing a request meets: closed while the sidecar starts or ends, and when more requests
 * are under way than it was made for. Requests about health pass always.
 */
public final class Gate {

  /** Where the sidecar stands. */
  public enum State {
    /** Models are being loaded and warmed up. */
    STARTING,
    /** Requests are answered. */
    READY,
    /** Requests under way are answered, further ones are not. */
    DRAINING
  }

  private final int limit;
  private final AtomicInteger underWay = new AtomicInteger();
  private volatile State state = State.STARTING;

  /**
   * A gate, closed until it is told otherwise.
   *
   * @param limit requests under way at a time
   */
  public Gate(int limit) {
    this.limit = limit;
  }

  /** Where the sidecar stands. */
  public State state() {
    return state;
  }

  /** Opens or closes the gate. */
  public void become(State next) {
    state = next;
  }

  /**
   * Waits until no request is under way; to be called when the gate is closed.
   *
   * @return false when there was still one at the limit
   */
  public synchronized boolean awaitEmpty(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (underWay.get() > 0) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  /** One that was let in is gone. */
  void leave() {
    if (underWay.decrementAndGet() == 0 && state == State.DRAINING) {
      synchronized (this) {
        notifyAll();
      }
    }
  }

  /** Lets a request in, until its answer ended; or answers it with 503, which is false. */
  boolean admits(RoutingContext context) {
    // Counted before the state is looked at: who closes the gate and then counts misses nobody.
    int inside = underWay.incrementAndGet();
    State now = state;
    if (now != State.READY) {
      leave();
      Replies.error(
          context,
          503,
          now == State.STARTING ? "the sidecar is starting" : "the sidecar is ending");
      return false;
    }
    if (inside > limit) {
      leave();
      Replies.error(context, 503, "more than " + limit + " requests are under way; come again");
      return false;
    }
    Visit.of(context).letInBy(this);
    return true;
  }

  /** Requests under way. */
  public int underWay() {
    return underWay.get();
  }
}
