// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.hadoop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * A gateway in front of a server of WebHDFS: lets pass who shows the right token, asks that server
 * as the user {@code ada}, and notes what it was shown.
 */
final class WebHdfsGate implements AutoCloseable {

  /** The header {@code Authorization} of each request; empty where there was none. */
  final List<String> shown = new CopyOnWriteArrayList<>();

  /** The token that passes; empty where everybody does. */
  volatile String accepted = "";

  /** Where readers of files are sent on to; it fetches files itself where there is none. */
  volatile WebHdfsGate storage;

  private volatile String upstream;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client = HttpClient.newHttpClient();

  WebHdfsGate(String upstream) throws IOException {
    this.upstream = upstream;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String authorization = exchange.getRequestHeaders().getFirst("Authorization");
      shown.add(authorization == null ? "" : authorization);
      if (!accepted.isEmpty() && !("Bearer " + accepted).equals(authorization)) {
        exchange
            .getResponseHeaders()
            .set("WWW-Authenticate", "Bearer realm=\"hdfs\", error=\"invalid_token\"");
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      URI asked = exchange.getRequestURI();
      String query = asked.getRawQuery().replaceAll("(^|&)user\\.name=[^&]*", "$1user.name=ada");
      HttpResponse<byte[]> reply = fetch(URI.create(upstream + asked.getRawPath() + "?" + query));
      if (reply.statusCode() == 307) {
        URI place = URI.create(reply.headers().firstValue("Location").orElseThrow());
        if (storage != null) {
          storage.upstream = "http://" + place.getAuthority();
          exchange
              .getResponseHeaders()
              .set(
                  "Location",
                  "http://127.0.0.1:"
                      + storage.port()
                      + place.getRawPath()
                      + "?"
                      + place.getRawQuery());
          exchange.sendResponseHeaders(307, -1);
          return;
        }
        reply = fetch(place);
      }
      reply
          .headers()
          .firstValue("Content-Type")
          .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
      exchange.sendResponseHeaders(
          reply.statusCode(), reply.body().length == 0 ? -1 : reply.body().length);
      exchange.getResponseBody().write(reply.body());
    }
  }

  private HttpResponse<byte[]> fetch(URI uri) throws IOException {
    try {
      return client.send(
          HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** What was shown, each as often as it was. */
  Map<String, Long> counted() {
    return shown.stream().collect(Collectors.groupingBy(each -> each, Collectors.counting()));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
