// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import io.vertx.ext.web.RoutingContext;
import org.decisionlab.sidecar.auth.Identity;
import org.decisionlab.sidecar.telemetry.RouteTimes;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through the sidecar: when it came, which operation it is for, who asks,
 * and what it holds until its answer ended. Used on the request's event loop.
 */
final class Visit {

  private static final String KEY = "sidecar.visit";

  private final @Nullable RoutingContext context;
  private final long began = System.nanoTime();
  private final @Nullable Deadlines deadlines;
  private @Nullable RouteTimes route;
  private @Nullable Identity identity;
  private @Nullable Gate gate;

  // Neighbours in the ring of those whose time is watched; itself when it is not in one.
  private Visit before = this;
  private Visit after = this;

  private Visit(@Nullable RoutingContext context, @Nullable Deadlines deadlines) {
    this.context = context;
    this.deadlines = deadlines;
  }

  /** A request that has just come. */
  static Visit begin(RoutingContext context, Deadlines deadlines) {
    Visit visit = new Visit(context, deadlines);
    context.put(KEY, visit);
    return visit;
  }

  /** The place between last and first of a ring; no request. */
  static Visit end() {
    return new Visit(null, null);
  }

  /** The visit that a request is. */
  static Visit of(RoutingContext context) {
    Visit visit = context.get(KEY);
    if (visit == null) {
      throw new IllegalStateException("the request has not come by the front door");
    }
    return visit;
  }

  /** When it came, on the clock of {@link System#nanoTime()}. */
  long began() {
    return began;
  }

  RoutingContext context() {
    if (context == null) {
      throw new IllegalStateException("the end of a ring is no request");
    }
    return context;
  }

  /** The operation it is for; null when there is none at its path. */
  @Nullable RouteTimes route() {
    return route;
  }

  void isFor(RouteTimes operation) {
    this.route = operation;
  }

  /** Who asks; null when that was not found out. */
  @Nullable Identity identity() {
    return identity;
  }

  void isOf(Identity asker) {
    this.identity = asker;
  }

  /** It was let in by a gate, which is told when it leaves. */
  void letInBy(Gate opened) {
    this.gate = opened;
  }

  /** Its time begins to count. */
  void watchTime() {
    if (deadlines != null) {
      deadlines.watch(this);
    }
  }

  /** Gives back what it holds; to be called when its answer ended, however. */
  void leave() {
    leaveRing();
    if (gate != null) {
      gate.leave();
      gate = null;
    }
  }

  /** Becomes the last of a ring. */
  void enter(Visit ring) {
    before = ring.before;
    after = ring;
    before.after = this;
    ring.before = this;
  }

  void leaveRing() {
    before.after = after;
    after.before = before;
    before = this;
    after = this;
  }

  /** The one after it. */
  Visit next() {
    return after;
  }
}
