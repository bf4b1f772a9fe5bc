// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.atomic.LongAdder;
import org.decisionlab.sidecar.telemetry.Metrics;
import org.decisionlab.sidecar.telemetry.RouteTimes;
import org.jspecify.annotations.Nullable;

/** What every request meets first, whether there is a route for it or not: it is counted. */
final class FrontDoor {

  private static final String NO_ROUTE = "none";

  private final RouteTimes noRoute;
  private final @Nullable AccessLog log;
  private final LongAdder gets = new LongAdder();
  private final LongAdder posts = new LongAdder();

  FrontDoor(Metrics metrics, @Nullable AccessLog log) {
    this.noRoute = metrics.route(NO_ROUTE);
    this.log = log;
  }

  /** Begins a visit, which ends with the answer. */
  void enter(RoutingContext context, Deadlines deadlines) {
    HttpMethod method = context.request().method();
    if (HttpMethod.GET.equals(method)) {
      gets.increment();
    } else if (HttpMethod.POST.equals(method)) {
      posts.increment();
    }
    Visit visit = Visit.begin(context, deadlines);
    context.addEndHandler(done -> ended(context, visit));
  }

  long gets() {
    return gets.sum();
  }

  long posts() {
    return posts.sum();
  }

  private void ended(RoutingContext context, Visit visit) {
    visit.leave();
    long nanos = System.nanoTime() - visit.began();
    RouteTimes known = visit.route();
    RouteTimes route = known == null ? noRoute : known;
    route.answered(context.response().getStatusCode(), nanos);
    if (log != null) {
      log.add(context, route.name(), nanos);
    }
  }
}
