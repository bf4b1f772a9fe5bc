// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import org.decisionlab.sidecar.auth.Identity;
import org.decisionlab.sidecar.auth.RateLimits;
import org.decisionlab.sidecar.auth.Right;
import org.decisionlab.sidecar.serve.Caller;
import org.decisionlab.sidecar.telemetry.Metrics;
import org.jspecify.annotations.Nullable;

/**
 * What each request passes before it is looked at: whether the sidecar takes requests, who asks,
 * whether they may, whether they ask too often, and how long it may take.
 */
final class Guard {

  /**
   * What it decides by.
   *
   * @param gate whether requests are let in
   * @param tokens who asks, by their tokens; null when nobody has to present one
   * @param rates requests a second of each asker
   * @param metrics where those turned away are counted
   */
  record Rules(Gate gate, @Nullable TokenCheck tokens, RateLimits rates, Metrics metrics) {}

  private final Rules rules;

  Guard(Rules rules) {
    this.rules = rules;
  }

  /** Who asks; to be called behind the guard only. */
  static Identity identity(RoutingContext context) {
    Identity identity = Visit.of(context).identity();
    if (identity == null) {
      throw new IllegalStateException("the request has not passed the guard");
    }
    return identity;
  }

  /** Who asks about models as a whole; to be called behind the guard only. */
  static Caller caller(RoutingContext context) {
    return new Caller(identity(context));
  }

  /** Name of who asks for logs; empty when that was not found out. */
  static String nameOf(RoutingContext context) {
    Identity identity = Visit.of(context).identity();
    return identity == null ? "" : identity.name();
  }

  /** How people call who asks, for logs; empty when that was not found out. */
  static String userOf(RoutingContext context) {
    Identity identity = Visit.of(context).identity();
    return identity == null ? "" : identity.shown();
  }

  /** The first step of an endpoint, with the guard before it. */
  Handler<RoutingContext> before(Endpoint endpoint, Handler<RoutingContext> first) {
    boolean always = endpoint.budget() == Endpoint.Budget.ALWAYS;
    boolean watched = endpoint.budget() != Endpoint.Budget.UPLOAD;
    Right right = endpoint.right();
    return context -> {
      if (!always && !rules.gate().admits(context)) {
        rules.metrics().refused("busy");
        return;
      }
      if (watched) {
        Visit.of(context).watchTime();
      }
      TokenCheck tokens = rules.tokens();
      if (tokens == null || right == null) {
        Visit.of(context).isOf(tokens == null ? Identity.local() : Identity.nobody());
        identified(context, always, first);
      } else {
        tokens.check(
            context,
            right,
            known -> identified(known, always, first),
            () -> rules.metrics().refused("identity"));
      }
    };
  }

  private void identified(RoutingContext context, boolean always, Handler<RoutingContext> first) {
    if (always || isSeldomEnough(context)) {
      first.handle(context);
    } else {
      rules.metrics().refused("rate");
    }
  }

  private boolean isSeldomEnough(RoutingContext context) {
    if (rules.rates().areUnlimited()) {
      return true;
    }
    String asker =
        rules.tokens() == null
            ? context.request().remoteAddress().hostAddress()
            : identity(context).name();
    int seconds = rules.rates().take(String.valueOf(asker));
    if (seconds == 0) {
      return true;
    }
    context.response().putHeader(HttpHeaders.RETRY_AFTER, Integer.toString(seconds));
    Replies.error(context, 429, "too many requests; come again in " + seconds + " s");
    return false;
  }
}
