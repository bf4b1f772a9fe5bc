// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.TimeoutHandler;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.decisionlab.sidecar.decide.DecisionDesk;
import org.decisionlab.sidecar.serve.Serving;

/** All routes of the sidecar, and how its servers listen. */
public final class Doors {

  private static final int MAX_HEADER_BYTES = 16 << 10;
  private static final int MAX_LINE_BYTES = 8 << 10;
  private static final int MAX_FIELD_BYTES = 64 << 10;
  private static final int MAX_FIELDS = 32;

  /**
   * What the routes work with.
   *
   * @param serving published models
   * @param desk answers caches
   * @param gate whether requests are let in
   * @param workers bounded pool for uploads and deletions
   * @param incoming directory for bodies of uploads while they arrive
   */
  public record Parts(
      Serving serving, DecisionDesk desk, Gate gate, WorkerExecutor workers, Path incoming) {

    /** The same models behind another desk and gate. */
    public Parts with(DecisionDesk otherDesk, Gate otherGate) {
      return new Parts(serving, otherDesk, otherGate, workers, incoming);
    }
  }

  private final ServerLimits limits;
  private final Gate gate;
  private final StatusRoute status = new StatusRoute();
  private final HealthRoutes health;
  private final UploadRoutes uploads;
  private final ModelRoutes models;
  private final PredictRoutes predictions;
  private final CacheRoutes cache;

  /** Routes over these parts. */
  public Doors(Parts parts, ServerLimits limits) {
    this.limits = limits;
    this.gate = parts.gate();
    this.health = new HealthRoutes(gate);
    this.uploads = new UploadRoutes(parts.serving(), parts.incoming(), parts.workers(), limits);
    this.models = new ModelRoutes(parts.serving().registry(), limits);
    this.predictions = new PredictRoutes(parts.serving().predictor(), limits);
    this.cache = new CacheRoutes(parts.desk(), parts.serving().registry()::decisionModel, limits);
  }

  /** A router with all routes, for one event loop. */
  public Router router(Vertx vertx) {
    Router router = Router.router(vertx);
    router.route().handler(status::count).handler(new LocalOnly()).failureHandler(Replies::failure);
    health.addTo(router);
    router.route().handler(gate);
    TimeoutHandler requestTime = TimeoutHandler.create(limits.requestTime().toMillis(), 408);
    router
        .route()
        .handler(
            context -> {
              String path = context.normalizedPath();
              boolean upload = path.equals("/upload") || path.startsWith("/delete");
              if (upload) {
                context.next(); // They watch their time themselves: see UploadRoutes.
              } else {
                requestTime.handle(context);
              }
            });
    uploads.addTo(router);
    models.addTo(router);
    predictions.addTo(router);
    cache.addTo(router);
    status.addTo(router);
    for (int code : new int[] {400, 404, 405}) {
      router.errorHandler(
          code, context -> Replies.error(context, code, Replies.phrase(context, code)));
    }
    return router;
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
