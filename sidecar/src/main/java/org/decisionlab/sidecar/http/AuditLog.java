// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.decisionlab.sidecar.auth.Identity;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.telemetry.RouteTimes;

/**
 * One line of JSON for each change that somebody asked for, with what became of it, and one for
 * each request that was refused because of who asked. They are kept apart: whoever is refused all
 * the time must not push what was changed out of bounded files. No token is in either.
 */
public final class AuditLog {

  /** Writes nothing. */
  public static final AuditLog NONE = new AuditLog(line -> {}, line -> {}, Clock.systemUTC());

  private static final int LONGEST_REASON = 500;

  private final Consumer<String> changes;
  private final Consumer<String> refusals;
  private final Clock clock;

  /**
   * A log.
   *
   * @param changes takes lines about changes, without waiting
   * @param refusals takes lines about refusals, without waiting
   */
  public AuditLog(Consumer<String> changes, Consumer<String> refusals, Clock clock) {
    this.changes = changes;
    this.refusals = refusals;
    this.clock = clock;
  }

  /** What is told of a change. */
  static ObjectNode about() {
    return JsonNodeFactory.instance.objectNode();
  }

  /**
   * Writes down a change when it has been made, or was refused or failed; whether its client still
   * waits does not matter.
   *
   * @param about what is to be changed
   * @param change begins it; what it throws is written down too
   * @param told adds what came of it, on success
   * @return the same change
   */
  <T> Future<T> changing(
      RoutingContext context, ObjectNode about, Supplier<Future<T>> change, Consumer<T> told) {
    Future<T> begun;
    try {
      begun = change.get();
    } catch (RuntimeException e) {
      notChanged(context, about, e);
      throw e;
    }
    return begun.onComplete(
        done -> {
          if (done.succeeded()) {
            told.accept(done.result());
            changed(context, about);
          } else {
            notChanged(context, about, done.cause());
          }
        });
  }

  /** A change that has been made. */
  void changed(RoutingContext context, ObjectNode about) {
    changes.accept(line(context).put("outcome", "done").setAll(about).toString());
  }

  /** A change that was refused, or failed. */
  void notChanged(RoutingContext context, ObjectNode about, Throwable fault) {
    String reason =
        fault instanceof RefusedException told ? told.told() : fault.getClass().getSimpleName();
    boolean refused = fault instanceof RefusedException;
    ObjectNode line = line(context).put("outcome", refused ? "refused" : "failed");
    line.put("reason", cut(reason));
    changes.accept(line.setAll(about).toString());
  }

  /** A request that was not let in because of who asked. */
  void refused(RoutingContext context, int status, String reason) {
    refusals.accept(line(context).put("status", status).put("reason", cut(reason)).toString());
  }

  private ObjectNode line(RoutingContext context) {
    Visit visit = Visit.of(context);
    RouteTimes route = visit.route();
    Identity identity = visit.identity();
    SocketAddress client = context.request().remoteAddress();
    ObjectNode line = about().put("time", clock.instant().toString());
    line.put("operation", route == null ? "" : route.name());
    line.put("identity", identity == null ? "" : identity.name());
    line.put("user", identity == null ? "" : identity.shown());
    line.put("client", client == null ? "" : client.hostAddress());
    return line;
  }

  private static String cut(String text) {
    return text.length() > LONGEST_REASON ? text.substring(0, LONGEST_REASON) : text;
  }
}
