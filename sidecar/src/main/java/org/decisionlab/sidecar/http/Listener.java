// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Servers at one address, one on each event loop. */
public final class Listener {

  /**
   * Vert.x's sign for a free port: servers that are given the same negative number share one. It
   * must not be the number of other servers of the same program.
   */
  private static final int ANY_SHARED_PORT = -1;

  /** Another such sign, for a second set of servers. */
  public static final int APART = -2;

  /** Event loops at most; more do not help a program whose answers take microseconds. */
  private static final int MAX_EVENT_LOOPS = 4;

  /**
   * Where servers listen.
   *
   * @param host address
   * @param port port; 0 for any that is free, {@link #APART} for any that no other servers of this
   *     program have
   * @param tls what is shown who connects by TLS; null to speak in clear
   */
  public record Place(String host, int port, @Nullable Tls tls) {}

  private final Queue<HttpServer> servers;

  private Listener(Queue<HttpServer> servers) {
    this.servers = servers;
  }

  /**
   * Starts to listen.
   *
   * @param place where
   * @throws IOException when its certificate cannot be used
   */
  public static Future<Listener> start(Vertx vertx, Doors doors, Place place) throws IOException {
    Queue<HttpServer> servers = new ConcurrentLinkedQueue<>();
    int port = place.port() == 0 ? ANY_SHARED_PORT : place.port();
    HttpServerOptions options = doors.options(place.host(), port);
    if (place.tls() != null) {
      options.setSsl(true).setKeyCertOptions(place.tls().read());
    }
    return vertx
        .deployVerticle(
            () -> new ServerVerticle(doors, options, servers),
            new DeploymentOptions().setInstances(eventLoops()))
        .map(deployed -> new Listener(servers));
  }

  /** Event loops that servers are spread over. */
  public static int eventLoops() {
    return Math.min(Runtime.getRuntime().availableProcessors(), MAX_EVENT_LOOPS);
  }

  /** The port. */
  public int port() {
    HttpServer any = servers.peek();
    if (any == null) {
      throw new IllegalStateException("no server is listening");
    }
    return any.actualPort();
  }

  /** Takes no further connections, lets the requests under way be answered, then closes all. */
  public Future<Void> stop(Duration limit) {
    List<Future<Void>> ends =
        servers.stream()
            .map(server -> server.shutdown(limit.toMillis(), TimeUnit.MILLISECONDS))
            .toList();
    return Future.join(ends).mapEmpty();
  }

  private static final class ServerVerticle extends VerticleBase {
    private final Doors doors;
    private final HttpServerOptions options;
    private final Queue<HttpServer> servers;

    ServerVerticle(Doors doors, HttpServerOptions options, Queue<HttpServer> servers) {
      this.doors = doors;
      this.options = options;
      this.servers = servers;
    }

    @Override
    public Future<?> start() {
      HttpServer server = vertx.createHttpServer(options);
      servers.add(server);
      return server
          .requestHandler(doors.router(vertx))
          .connectionHandler(BrokenRequests::watch)
          .listen();
    }
  }
}
