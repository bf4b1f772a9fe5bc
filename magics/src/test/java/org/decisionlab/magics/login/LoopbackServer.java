// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** An HTTP server on loopback that notes what it was asked. */
public final class LoopbackServer implements AutoCloseable {

  /** A request; {@code authorization} is empty where there was none. */
  public record Seen(String method, String path, String authorization, String body) {}

  /** An answer. */
  public record Reply(int status, Map<String, String> headers, String body) {

    public static Reply of(int status, String body) {
      return new Reply(status, Map.of("Content-Type", "application/json"), body);
    }
  }

  public final List<Seen> seen = new CopyOnWriteArrayList<>();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  public LoopbackServer(Function<Seen, Reply> answers) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", exchange -> answer(exchange, answers));
    server.start();
  }

  private void answer(HttpExchange exchange, Function<Seen, Reply> answers) throws IOException {
    try (exchange) {
      String authorization = exchange.getRequestHeaders().getFirst("Authorization");
      Seen request =
          new Seen(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getPath(),
              authorization == null ? "" : authorization,
              new String(exchange.getRequestBody().readAllBytes(), UTF_8));
      seen.add(request);
      Reply reply = answers.apply(request);
      reply.headers().forEach(exchange.getResponseHeaders()::set);
      byte[] body = reply.body().getBytes(UTF_8);
      exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** A token with these claims, as JSON; nobody has signed it. */
  public static String token(String claims) {
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    return encoder.encodeToString("{\"alg\":\"RS256\"}".getBytes(UTF_8))
        + "."
        + encoder.encodeToString(claims.getBytes(UTF_8))
        + ".c2lnbmF0dXJl";
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
