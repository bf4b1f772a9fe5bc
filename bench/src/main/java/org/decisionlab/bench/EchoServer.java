// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.bench;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * What a sidecar is held against: a bare server that answers each body with the same bytes, on as
 * many event loops as a sidecar has here. Prints its address when it answers; ends on SIGTERM.
 */
public final class EchoServer extends VerticleBase {

  private static final int MAX_EVENT_LOOPS = 4;
  private static final int ANY_SHARED_PORT = -1;
  private static final int LIMIT_SECONDS = 60;

  private final Queue<HttpServer> servers;

  private EchoServer(Queue<HttpServer> servers) {
    this.servers = servers;
  }

  /** Runs until it is told to end. */
  public static void main(String[] arguments) throws Exception {
    Vertx vertx = Vertx.vertx();
    Queue<HttpServer> servers = new ConcurrentLinkedQueue<>();
    int loops = Math.min(Runtime.getRuntime().availableProcessors(), MAX_EVENT_LOOPS);
    vertx
        .deployVerticle(() -> new EchoServer(servers), new DeploymentOptions().setInstances(loops))
        .toCompletionStage()
        .toCompletableFuture()
        .get(LIMIT_SECONDS, TimeUnit.SECONDS);
    System.out.println("Echo ready at http://127.0.0.1:" + servers.element().actualPort() + " ");
  }

  @Override
  public Future<?> start() {
    HttpServer server =
        vertx.createHttpServer(
            new HttpServerOptions().setHost("127.0.0.1").setPort(ANY_SHARED_PORT));
    servers.add(server);
    return server.requestHandler(EchoServer::echo).listen();
  }

  private static void echo(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> request.response().putHeader("Content-Type", "application/json").end(body));
  }
}
