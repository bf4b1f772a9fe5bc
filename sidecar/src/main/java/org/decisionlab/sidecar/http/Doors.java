// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.decisionlab.sidecar.auth.Authenticator;
import org.decisionlab.sidecar.auth.RateLimits;
import org.decisionlab.sidecar.auth.Right;
import org.decisionlab.sidecar.decide.DecisionDesk;
import org.decisionlab.sidecar.serve.ModelRegistry;
import org.decisionlab.sidecar.serve.Serving;
import org.decisionlab.sidecar.telemetry.Metrics;
import org.decisionlab.sidecar.telemetry.Observations;
import org.decisionlab.sidecar.telemetry.RouteTimes;
import org.decisionlab.sidecar.train.TrainingRuns;
import org.jspecify.annotations.Nullable;

/** All routes of the sidecar, and how its servers listen. */
public final class Doors {

  static final int MAX_HEADER_BYTES = 16 << 10;
  static final int MAX_LINE_BYTES = 8 << 10;
  private static final int MAX_FIELD_BYTES = 64 << 10;
  private static final int MAX_FIELDS = 32;

  /**
   * What the routes work with.
   *
   * @param serving published models
   * @param desk answers caches
   * @param gate whether requests are let in
   * @param trainings training jobs
   * @param pools threads for what takes long
   * @param incoming directory for bodies of uploads while they arrive
   */
  public record Parts(
      Serving serving,
      DecisionDesk desk,
      Gate gate,
      TrainingRuns trainings,
      Pools pools,
      Path incoming) {

    /** The same models behind another desk and gate. */
    public Parts with(DecisionDesk otherDesk, Gate otherGate) {
      return new Parts(serving, otherDesk, otherGate, trainings, pools, incoming);
    }
  }

  /**
   * Who may ask how often.
   *
   * @param tokens who presents a token; null when nobody has to present one
   * @param rates requests a second of each asker
   */
  public record Admission(@Nullable Authenticator tokens, RateLimits rates) {}

  /**
   * What is kept of requests and answers.
   *
   * @param metrics what is counted
   * @param observations of the rows that models answered
   * @param log one line for each request; null for none
   * @param audit one line for each change, and for each login refused
   */
  public record Watch(
      Metrics metrics, Observations observations, @Nullable AccessLog log, AuditLog audit) {

    /** Kept of requests that are a rehearsal: nothing but these counters. */
    public static Watch apart(Metrics metrics, Observations observations) {
      return new Watch(metrics, observations, null, AuditLog.NONE);
    }
  }

  private final ServerLimits limits;
  private final Metrics metrics;
  private final FrontDoor front;
  private final Guard guard;
  private final boolean localOnly;
  private final List<Endpoint> endpoints;

  /** Routes over these parts. */
  public Doors(Parts parts, Admission admission, Watch watch, ServerLimits limits) {
    this.limits = limits;
    this.metrics = watch.metrics();
    this.front = new FrontDoor(watch.metrics(), watch.log());
    this.localOnly = admission.tokens() == null;
    AuditLog audit = watch.audit();
    Authenticator tokens = admission.tokens();
    TokenCheck check =
        tokens == null
            ? null
            : new TokenCheck(
                tokens,
                new Lanes(new Work(parts.pools().tokens(), limits.tasks()), Pools.OF_AN_ISSUER),
                audit);
    this.guard =
        new Guard(new Guard.Rules(parts.gate(), check, admission.rates(), watch.metrics()));
    Predictions predictions = new Predictions(parts.serving(), watch.observations());
    ModelRegistry registry = parts.serving().registry();
    Pools pools = parts.pools();
    Work work = new Work(pools.others(), limits.tasks());
    Work changes = new Work(pools.changes(), limits.tasks());
    CacheRoutes.Works caches =
        new CacheRoutes.Works(
            new Work(pools.caches(), limits.tasks()), new Work(pools.decisions(), limits.tasks()));
    List<Endpoint> all = new ArrayList<>();
    all.addAll(new PredictRoutes(predictions, limits).endpoints());
    all.addAll(new CacheRoutes(parts.desk(), registry, caches, limits).endpoints());
    all.addAll(new ModelRoutes(registry, audit, limits).endpoints());
    all.addAll(
        new UploadRoutes(parts.serving(), parts.incoming(), pools.uploads(), audit, limits)
            .endpoints());
    all.addAll(new ImageRoutes(predictions, parts.incoming(), work, limits).endpoints());
    all.addAll(new FileRoutes(registry, work).endpoints());
    all.addAll(new InferRoutes(predictions, parts.gate(), limits).endpoints());
    all.addAll(new ServingRoutes(predictions, limits).endpoints());
    all.addAll(
        new DeepaasRoutes(predictions, registry, parts.incoming(), work, limits).endpoints());
    all.addAll(new TrainingRoutes(parts.trainings(), registry, work, audit, limits).endpoints());
    all.addAll(new InsightRoutes(registry, watch.observations(), work).endpoints());
    all.addAll(
        new RegistryRoutes(parts.serving().management(), work, changes, audit, limits).endpoints());
    all.addAll(new StateRoutes(parts.gate(), front, watch.metrics(), registry).endpoints());
    all.addAll(WebRoutes.endpoints(all));
    this.endpoints = List.copyOf(all);
  }

  /** All operations, as they are described. */
  List<Endpoint> endpoints() {
    return endpoints;
  }

  /** A router with all routes, for one event loop. */
  public Router router(Vertx vertx) {
    Router router = Router.router(vertx);
    Deadlines deadlines = new Deadlines(vertx, limits.requestTime());
    LocalOnly local = new LocalOnly(localOnly);
    router
        .route()
        .handler(
            context -> {
              front.enter(context, deadlines);
              local.handle(context);
            })
        .failureHandler(Replies::failure);
    // A path without parameters is found faster than one with them, and a slash at its end counts.
    endpoints.stream()
        .sorted(Comparator.comparingInt(Doors::place))
        .forEach(endpoint -> add(router, endpoint));
    for (int code : new int[] {400, 404, 405}) {
      router.errorHandler(
          code, context -> Replies.error(context, code, Replies.phrase(context, code)));
    }
    return router;
  }

  /** What caches and physicists ask all the time is found first. */
  private static int place(Endpoint endpoint) {
    if (endpoint.parameters().isEmpty()
        && (endpoint.right() == Right.DECIDE || endpoint.right() == Right.PREDICT)) {
      return -1;
    }
    if (!endpoint.parameters().isEmpty()) {
      return endpoint.path().contains("*}") ? 3 : 2;
    }
    return endpoint.path().endsWith("/") ? 0 : 1;
  }

  private void add(Router router, Endpoint endpoint) {
    Route route =
        endpoint.parameters().isEmpty()
            ? router.route(endpoint.method(), endpoint.path())
            : router.routeWithRegex(endpoint.method(), endpoint.regex());
    RouteTimes times = metrics.route(endpoint.id());
    Handler<RoutingContext> guarded = guard.before(endpoint, endpoint.steps().get(0));
    route.handler(
        context -> {
          Visit.of(context).isFor(times);
          guarded.handle(context);
        });
    endpoint.steps().stream().skip(1).forEach(route::handler);
  }

  /** How the servers listen at an address. */
  public HttpServerOptions options(String host, int port) {
    return new HttpServerOptions()
        .setHost(host)
        .setPort(port)
        .setHttp2ClearTextEnabled(false)
        .setHandle100ContinueAutomatically(true)
        .setMaxHeaderSize(MAX_HEADER_BYTES)
        .setMaxInitialLineLength(MAX_LINE_BYTES)
        .setMaxFormAttributeSize(MAX_FIELD_BYTES)
        .setMaxFormFields(MAX_FIELDS)
        .setTcpNoDelay(true)
        .setIdleTimeout(Math.toIntExact(limits.idleTime().toMillis()))
        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
  }
}
