// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The part of JupyterHub's REST API that the broker uses, in the forms that JupyterHub 6 documents:
 * {@code GET /user}, {@code GET /users/NAME}, {@code PATCH /users/NAME}.
 */
final class HubStandIn implements AutoCloseable {

  static final String BROKER = "hub-token-of-the-broker-0001";

  /** A token of the hub. */
  record Known(String name, String kind, boolean admin, List<String> scopes) {}

  private static final JsonMapper JSON = JsonMapper.builder().build();

  final Map<String, Known> tokens = new ConcurrentHashMap<>();
  final Map<String, ObjectNode> states = new ConcurrentHashMap<>();
  final Map<String, Boolean> admins = new ConcurrentHashMap<>();

  /** Why the hub refuses the logins of users, as the lab's hub tells it. */
  final Map<String, String> refused = new ConcurrentHashMap<>();

  final Queue<ObjectNode> answeredOnce = new ConcurrentLinkedQueue<>();
  final AtomicInteger stored = new AtomicInteger();
  final AtomicInteger asked = new AtomicInteger();
  volatile int storeStatus = 200;
  volatile boolean away;

  /** Done with a token before the hub says whose it is. */
  volatile Consumer<String> beforeSayingWho = token -> {};

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  HubStandIn() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/hub/api/", this::serve);
    server.start();
    tokens.put(
        BROKER,
        new Known(
            "token-broker",
            "service",
            false,
            List.of("read:users", "admin:auth_state", "admin:users", "read:users:name")));
  }

  URI api() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hub/api");
  }

  /** A new server of a user: its token. */
  String server(String user) {
    String token = "hub-token-" + user + "-" + java.util.UUID.randomUUID();
    tokens.put(
        token,
        new Known(
            user,
            "user",
            false,
            List.of(
                "access:servers!server=" + user + "/",
                "access:services!service=token-broker",
                "users:activity!user=" + user)));
    return token;
  }

  /** Keeps a login as oauthenticator does. */
  void login(String user, String answerOfTokenEndpoint) throws IOException {
    JsonNode answer = JSON.readTree(answerOfTokenEndpoint);
    ObjectNode state = JSON.createObjectNode();
    state.set("access_token", answer.path("access_token"));
    state.set("refresh_token", answer.path("refresh_token"));
    state.set("id_token", answer.path("id_token"));
    var scopes = state.putArray("scope");
    for (String scope : answer.path("scope").asText().split(" ", -1)) {
      scopes.add(scope);
    }
    state.set("token_response", answer);
    state.putObject("oauth_user").put("preferred_username", user);
    states.put(user, state);
  }

  String refreshToken(String user) {
    return states.get(user).path("refresh_token").asText();
  }

  String accessToken(String user) {
    return states.get(user).path("access_token").asText();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      asked.incrementAndGet();
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (away) {
        answer(exchange, 503, problem(503, "Service Unavailable"));
        return;
      }
      String header = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
      Known who =
          header.startsWith("token ") ? tokens.get(header.substring("token ".length())) : null;
      String path = exchange.getRequestURI().getRawPath().substring("/hub/api/".length());
      if (who == null) {
        answer(exchange, 403, problem(403, "Forbidden"));
      } else if (path.equals("user")) {
        beforeSayingWho.accept(header.substring("token ".length()));
        String why = refused.get(who.name());
        if (why == null) {
          answer(exchange, 200, self(who));
        } else {
          answer(exchange, 403, problem(403, why).put("error", "login_required"));
        }
      } else {
        String user = URLDecoder.decode(path.substring("users/".length()), StandardCharsets.UTF_8);
        user(exchange, who, user, body);
      }
    }
  }

  private void user(HttpExchange exchange, Known who, String user, byte[] body) throws IOException {
    if (exchange.getRequestMethod().equals("PATCH")) {
      if (!who.scopes().contains("admin:users") || (admins.containsKey(user) && !who.admin())) {
        answer(exchange, 403, problem(403, "Only admins can modify other admins"));
        return;
      }
      if (storeStatus != 200) {
        answer(exchange, storeStatus, problem(storeStatus, "Internal Server Error"));
        return;
      }
      states.put(user, (ObjectNode) JSON.readTree(body).path("auth_state"));
      stored.incrementAndGet();
    } else if (!states.containsKey(user) && !admins.containsKey(user)) {
      answer(exchange, 404, problem(404, "Not Found"));
      return;
    }
    ObjectNode model = JSON.createObjectNode();
    model.put("kind", "user").put("name", user).put("admin", admins.containsKey(user));
    ObjectNode once = answeredOnce.poll();
    if (who.scopes().contains("admin:auth_state")) {
      model.set("auth_state", once == null ? states.get(user) : once);
    }
    answer(exchange, 200, model);
  }

  private static ObjectNode self(Known who) {
    ObjectNode model = JSON.createObjectNode();
    model.put("kind", who.kind()).put("name", who.name()).put("admin", who.admin());
    model.put("token_id", "a1").putNull("session_id");
    var scopes = model.putArray("scopes");
    who.scopes().forEach(scopes::add);
    return model;
  }

  private static ObjectNode problem(int status, String message) {
    return JSON.createObjectNode().put("status", status).put("message", message);
  }

  private static void answer(HttpExchange exchange, int status, ObjectNode body)
      throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(body);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
