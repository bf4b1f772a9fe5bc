// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import org.decisionlab.sidecar.auth.Identity;
import org.decisionlab.sidecar.auth.InvalidTokenException;
import org.decisionlab.sidecar.auth.RateLimits;
import org.decisionlab.sidecar.auth.Right;
import org.decisionlab.sidecar.auth.TokenValidator;
import org.decisionlab.sidecar.serve.Caller;
import org.decisionlab.sidecar.telemetry.Metrics;
import org.jspecify.annotations.Nullable;

/**
 * What each request passes before it is looked at: whether the sidecar takes requests, who asks,
 * whether they may, whether they ask too often, and how long it may take.
 */
final class Guard {

  private static final String BEARER = "Bearer ";

  /**
   * What it decides by.
   *
   * @param gate whether requests are let in
   * @param tokens who presents a token; null when nobody has to
   * @param rates requests a second of each asker
   * @param metrics where those turned away are counted
   */
  record Rules(Gate gate, @Nullable TokenValidator tokens, RateLimits rates, Metrics metrics) {}

  private static final Identity LOCAL = Identity.local();

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

  /** Who asks for a change of models; to be called behind the guard only. */
  static Caller caller(RoutingContext context) {
    Identity identity = identity(context);
    return identity.equals(LOCAL)
        ? Caller.ANYBODY
        : new Caller(identity.name(), identity.may(Right.ADMIN));
  }

  /** Name of who asks for logs; empty when that was not found out. */
  static String nameOf(RoutingContext context) {
    Identity identity = Visit.of(context).identity();
    return identity == null ? "" : identity.name();
  }

  /** The first step of an endpoint, with the guard before it. */
  Handler<RoutingContext> before(Endpoint endpoint, Handler<RoutingContext> first) {
    return context -> {
      if (admits(context, endpoint)) {
        first.handle(context);
      }
    };
  }

  private boolean admits(RoutingContext context, Endpoint endpoint) {
    boolean always = endpoint.budget() == Endpoint.Budget.ALWAYS;
    if (!always && !rules.gate().admits(context)) {
      return refused("busy");
    }
    if (!identifies(context, endpoint.right())) {
      return refused("identity");
    }
    if (!always && !isSeldomEnough(context)) {
      return refused("rate");
    }
    if (endpoint.budget() != Endpoint.Budget.UPLOAD) {
      Visit.of(context).watchTime();
    }
    return true;
  }

  private boolean refused(String why) {
    rules.metrics().refused(why);
    return false;
  }

  private boolean identifies(RoutingContext context, @Nullable Right right) {
    TokenValidator tokens = rules.tokens();
    if (tokens == null || right == null) {
      Visit.of(context).isOf(LOCAL);
      return true;
    }
    String header = context.request().getHeader(HttpHeaders.AUTHORIZATION);
    if (header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      challenge(context, "", "a bearer token is needed: Authorization: Bearer TOKEN");
      return false;
    }
    try {
      Identity identity = tokens.validate(header.substring(BEARER.length()).strip());
      Visit.of(context).isOf(identity);
      if (!identity.may(right)) {
        Replies.error(
            context, 403, "'" + identity.name() + "' has no right to '" + right.word() + "'");
        return false;
      }
      return true;
    } catch (InvalidTokenException e) {
      challenge(context, ", error=\"invalid_token\"", String.valueOf(e.getMessage()));
      return false;
    }
  }

  private static void challenge(RoutingContext context, String fault, String message) {
    context.response().putHeader("WWW-Authenticate", "Bearer realm=\"sidecar\"" + fault);
    Replies.error(context, 401, message);
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
