// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.atomic.LongAdder;
import org.decisionlab.sidecar.telemetry.Metrics;
import org.jspecify.annotations.Nullable;

/** What every request meets first, whether there is a route for it or not: it is counted. */
final class FrontDoor implements Handler<RoutingContext> {

  private static final String ROUTE = "sidecar.route";
  private static final String NO_ROUTE = "none";

  private final Metrics metrics;
  private final @Nullable AccessLog log;
  private final LongAdder gets = new LongAdder();
  private final LongAdder posts = new LongAdder();

  FrontDoor(Metrics metrics, @Nullable AccessLog log) {
    this.metrics = metrics;
    this.log = log;
  }

  /** Tells which operation a request is for. */
  static void route(RoutingContext context, String operation) {
    context.put(ROUTE, operation);
  }

  @Override
  public void handle(RoutingContext context) {
    HttpMethod method = context.request().method();
    if (HttpMethod.GET.equals(method)) {
      gets.increment();
    } else if (HttpMethod.POST.equals(method)) {
      posts.increment();
    }
    long from = System.nanoTime();
    context.addEndHandler(done -> ended(context, System.nanoTime() - from));
    context.next();
  }

  long gets() {
    return gets.sum();
  }

  long posts() {
    return posts.sum();
  }

  private void ended(RoutingContext context, long nanos) {
    String route = context.get(ROUTE);
    String shown = route == null ? NO_ROUTE : route;
    metrics.answered(shown, context.response().getStatusCode(), nanos);
    if (log != null) {
      log.add(context, shown, nanos);
    }
  }
}
