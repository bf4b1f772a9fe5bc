// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.source;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server on a port of its own that notes what it is sent. */
final class TestServer implements AutoCloseable {

  /** A request as it came. */
  record Seen(String method, String path, String host, String authorization, String body) {}

  /** A reply. */
  record Reply(int status, String json) {}

  /** Where an issuer that is this server says its own addresses. */
  static final String METADATA = "/.well-known/openid-configuration";

  /** What is answered. */
  @FunctionalInterface
  interface Answer {
    Reply to(Seen request);
  }

  final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  TestServer(Answer answer) throws IOException {
    this(InetAddress.getLoopbackAddress(), answer);
  }

  TestServer(InetAddress address, Answer answer) throws IOException {
    server = HttpServer.create(new InetSocketAddress(address, 0), 0);
    server.setExecutor(threads);
    server.createContext("/", exchange -> serve(exchange, answer));
    server.start();
  }

  URI uri() {
    InetSocketAddress address = server.getAddress();
    return URI.create("http://" + address.getAddress().getHostAddress() + ":" + address.getPort());
  }

  /** What an issuer that was asked so says of itself: a login by device code is possible. */
  static Reply metadata(Seen request) {
    return new Reply(
        200,
        "{\"token_endpoint\":\"%1$s/token\",\"device_authorization_endpoint\":\"%1$s/code\"}"
            .formatted("http://" + request.host()));
  }

  long count(String path) {
    return seen.stream().filter(request -> request.path().equals(path)).count();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void serve(HttpExchange exchange, Answer answer) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Seen request =
          new Seen(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getPath(),
              String.valueOf(exchange.getRequestHeaders().getFirst("Host")),
              String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
              body.startsWith("{") ? body : URLDecoder.decode(body, StandardCharsets.UTF_8));
      seen.add(request);
      Reply reply = answer.to(request);
      byte[] bytes = reply.json().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}
