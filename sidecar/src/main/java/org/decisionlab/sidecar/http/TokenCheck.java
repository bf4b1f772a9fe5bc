// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.Consumer;
import org.decisionlab.identity.tokens.verify.BearerError;
import org.decisionlab.identity.tokens.verify.InvalidTokenException;
import org.decisionlab.identity.tokens.verify.IssuerUnavailableException;
import org.decisionlab.sidecar.auth.Authenticator;
import org.decisionlab.sidecar.auth.Identity;
import org.decisionlab.sidecar.auth.Right;
import org.decisionlab.sidecar.fault.RefusedException;

/**
 * Who asks, by the bearer token of a request (RFC 6750). A token that is known is answered at once;
 * for one that is not, its issuer may have to be asked, which a pool does while the request waits
 * unread. Refusals say why, and never what the token was.
 */
final class TokenCheck {

  private static final String BEARER = "Bearer ";
  private static final String BUSY = "too many unknown tokens are being looked at";
  private static final String REALM = "sidecar";
  private static final long LONGEST_WAIT_MILLIS = 10_000;

  private final Authenticator authenticator;
  private final Lanes asking;
  private final AuditLog audit;

  /**
   * A check.
   *
   * @param asking where issuers are waited for, with a bound for each
   * @param audit where refusals are written down
   */
  TokenCheck(Authenticator authenticator, Lanes asking, AuditLog audit) {
    this.authenticator = authenticator;
    this.asking = asking;
    this.audit = audit;
  }

  /**
   * Finds out who asks.
   *
   * @param right what they want to do
   * @param admitted what comes next when they may, now or later, on the request's event loop
   * @param refused called when it was answered that they may not
   */
  void check(
      RoutingContext context, Right right, Consumer<RoutingContext> admitted, Runnable refused) {
    Verdict verdict = new Verdict(context, right, admitted, refused);
    List<String> headers = context.request().headers().getAll(HttpHeaders.AUTHORIZATION);
    if (headers.size() > 1) {
      verdict.refuse(
          new BearerError(
              BearerError.Code.INVALID_REQUEST, "more than one header 'Authorization'", null));
      return;
    }
    String header = headers.isEmpty() ? "" : headers.get(0);
    if (!header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      verdict.wantToken();
      return;
    }
    String token = header.substring(BEARER.length()).strip();
    try {
      Identity known = authenticator.identify(token);
      if (known == null) {
        ask(context, token, verdict);
      } else {
        verdict.is(known);
      }
    } catch (InvalidTokenException e) {
      verdict.refuse(e.error());
    }
  }

  private void ask(RoutingContext context, String token, Verdict verdict) {
    HttpServerRequest request = context.request().pause();
    Context own = context.vertx().getOrCreateContext();
    long timer =
        context
            .vertx()
            .setTimer(
                LONGEST_WAIT_MILLIS,
                late -> {
                  request.resume();
                  verdict.unavailable("the token's issuer has not answered in time");
                });
    try {
      asking
          .run(
              authenticator.waitsFor(token),
              () -> {
                if (verdict.isTooLate()) {
                  throw new IssuerUnavailableException("nobody waits any more");
                }
                return authenticator.ask(token);
              })
          .onComplete(
              done ->
                  own.runOnContext(
                      back -> {
                        context.vertx().cancelTimer(timer);
                        request.resume();
                        if (done.succeeded()) {
                          verdict.is(done.result());
                        } else {
                          verdict.failed(done.cause());
                        }
                      }));
    } catch (RefusedException busy) {
      context.vertx().cancelTimer(timer);
      request.resume();
      verdict.unavailable(BUSY);
    }
  }

  /** What becomes of one request; the first word about it counts. */
  private final class Verdict {
    private final RoutingContext context;
    private final Right right;
    private final Consumer<RoutingContext> admitted;
    private final Runnable refused;
    private volatile boolean spoken;

    Verdict(
        RoutingContext context, Right right, Consumer<RoutingContext> admitted, Runnable refused) {
      this.context = context;
      this.right = right;
      this.admitted = admitted;
      this.refused = refused;
    }

    void is(Identity identity) {
      if (isOver()) {
        return;
      }
      Visit.of(context).isOf(identity);
      if (!identity.may(right)) {
        String hint = identity.hint() == null ? "" : "; " + identity.hint();
        refuse(
            new BearerError(
                BearerError.Code.INSUFFICIENT_SCOPE,
                "'" + identity.shown() + "' has no right to '" + right.word() + "'" + hint,
                null));
        return;
      }
      spoken = true;
      try {
        admitted.accept(context);
      } catch (RuntimeException e) {
        context.fail(e);
      }
    }

    void failed(Throwable fault) {
      if (fault instanceof InvalidTokenException invalid) {
        refuse(invalid.error());
      } else if (fault instanceof RefusedException) {
        unavailable(BUSY);
      } else if (fault instanceof IssuerUnavailableException) {
        unavailable(String.valueOf(fault.getMessage()));
      } else if (!isOver()) {
        spoken = true;
        context.fail(fault);
      }
    }

    /** Nobody has said who they are, which is no fault (RFC 6750 section 3.1). */
    void wantToken() {
      answer(
          401,
          "a bearer token is needed: Authorization: Bearer TOKEN",
          "Bearer realm=\"" + REALM + "\"");
    }

    void refuse(BearerError error) {
      answer(error.code().status(), error.description(), error.challenge(REALM));
    }

    void unavailable(String why) {
      answer(503, why + "; come again", "");
    }

    private void answer(int status, String message, String challenge) {
      if (isOver()) {
        return;
      }
      spoken = true;
      audit.refused(context, status, message);
      if (!challenge.isEmpty()) {
        context.response().putHeader("WWW-Authenticate", challenge);
      }
      Replies.error(context, status, message);
      refused.run();
    }

    /** Whether it need not be found out any more, asked in any thread. */
    boolean isTooLate() {
      return spoken || context.response().closed();
    }

    /** Also when the client has gone away, or its time was up, in the meantime. */
    private boolean isOver() {
      return spoken
          || context.failed()
          || context.response().ended()
          || context.response().closed();
    }
  }
}
