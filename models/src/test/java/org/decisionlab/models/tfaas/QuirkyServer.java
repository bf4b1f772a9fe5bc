// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tfaas;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A server on loopback that says what it was told to say, with the manners of the original. */
final class QuirkyServer implements AutoCloseable {

  /** A request as it arrived; each character of the body is one byte. */
  record Request(String line, Map<String, List<String>> headers, String body) {
    byte[] bytes() {
      return body.getBytes(StandardCharsets.ISO_8859_1);
    }

    String header(String name) {
      return String.join(",", headers.getOrDefault(name, List.of()));
    }
  }

  /** What to answer. */
  interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  final List<Request> requests = new CopyOnWriteArrayList<>();

  QuirkyServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  URI base() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** The original's success: right text, wrong content type; none at all when it is empty. */
  void says(String line, int status, String text) {
    says(
        line,
        exchange -> {
          byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
          if (bytes.length > 0) {
            exchange.getResponseHeaders().add("Content-Type", "text/plain; charset=utf-8");
          }
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
        });
  }

  void says(String line, Answer answer) {
    answers.put(line, answer);
  }

  /** Blocks the answering thread until the test ends. */
  void stall() throws IOException {
    try {
      if (!closing.await(5, TimeUnit.MINUTES)) {
        throw new IOException("the test did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  Request last() {
    return requests.get(requests.size() - 1);
  }

  private void handle(HttpExchange exchange) throws IOException {
    String line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    requests.add(
        new Request(
            line,
            Map.copyOf(exchange.getRequestHeaders()),
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1)));
    try (exchange) {
      answers.getOrDefault(line, unknown -> unknown.sendResponseHeaders(404, -1)).to(exchange);
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
