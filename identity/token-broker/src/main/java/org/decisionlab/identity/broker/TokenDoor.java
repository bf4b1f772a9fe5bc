// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.Locale;
import java.util.Set;
import org.decisionlab.identity.tokens.source.AccessToken;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** What a server of a user asks, and how it is answered. */
@RestController
final class TokenDoor {

  private static final System.Logger LOG = System.getLogger(TokenDoor.class.getName());
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int MOST_BYTES = 16 << 10;

  private final Askers askers;
  private final TokenDesk desk;
  private final BrokerMetrics metrics;
  private final Set<String> accessScopes;

  TokenDoor(HubApi hub, TokenDesk desk, BrokerMetrics metrics, BrokerSettings settings) {
    this.askers = new Askers(hub);
    this.desk = desk;
    this.metrics = metrics;
    this.accessScopes = settings.accessScopes();
  }

  @PostMapping("/token")
  ResponseEntity<byte[]> token(HttpServletRequest request) throws IOException {
    long start = System.nanoTime();
    try {
      Identity who = user(request);
      AccessToken token = desk.token(who.name(), Question.of(body(request)));
      ObjectNode answer = JSON.createObjectNode();
      answer.put("access_token", token.secret());
      Instant end = token.expiresAt();
      answer.put("expires_at", String.valueOf(end));
      metrics.request("given", System.nanoTime() - start);
      return ResponseEntity.ok()
          .contentType(MediaType.APPLICATION_JSON)
          .header(HttpHeaders.CACHE_CONTROL, "no-store")
          .body(JSON.writeValueAsBytes(answer));
    } catch (BrokerProblem e) {
      metrics.request(e.error(), System.nanoTime() - start);
      return problem(e);
    }
  }

  @GetMapping("/health")
  ResponseEntity<byte[]> health() throws IOException {
    ObjectNode answer = JSON.createObjectNode();
    answer.put("status", "up");
    return ResponseEntity.ok()
        .contentType(MediaType.APPLICATION_JSON)
        .body(JSON.writeValueAsBytes(answer));
  }

  @GetMapping("/metrics")
  ResponseEntity<byte[]> metrics(HttpServletRequest request) throws IOException {
    try {
      if (!identity(request).scopes().contains("read:metrics")) {
        throw BrokerProblem.forbidden(
            "insufficient_scope", "this needs a token of the hub with the scope read:metrics");
      }
      return ResponseEntity.ok()
          .contentType(new MediaType("text", "plain", StandardCharsets.UTF_8))
          .body(metrics.text());
    } catch (BrokerProblem e) {
      return problem(e);
    }
  }

  private Identity user(HttpServletRequest request) throws BrokerProblem {
    Identity who = identity(request);
    if (Collections.disjoint(who.scopes(), accessScopes)) {
      throw BrokerProblem.forbidden(
          "insufficient_scope",
          "this token of the hub may not ask the broker: it needs one of the scopes "
              + String.join(", ", accessScopes)
              + ", which the hub's role \"server\" should have");
    }
    if (!who.isUser()) {
      throw BrokerProblem.forbidden("access_denied", "services have no login: only users have");
    }
    return who;
  }

  private Identity identity(HttpServletRequest request) throws BrokerProblem {
    return askers.of(hubToken(request.getHeader(HttpHeaders.AUTHORIZATION)));
  }

  private static String hubToken(@Nullable String header) throws BrokerProblem {
    String[] words = header == null ? new String[0] : header.strip().split(" +");
    boolean known =
        words.length == 2 && Set.of("token", "bearer").contains(words[0].toLowerCase(Locale.ROOT));
    if (!known || !words[1].matches("[\\x21-\\x7E]{1,1024}")) {
      throw BrokerProblem.unknown(
          "a token of the hub is wanted: Authorization: token $JUPYTERHUB_API_TOKEN");
    }
    return words[1];
  }

  private static byte[] body(HttpServletRequest request) throws IOException, BrokerProblem {
    byte[] body = request.getInputStream().readNBytes(MOST_BYTES + 1);
    if (body.length > MOST_BYTES) {
      throw BrokerProblem.badRequest("the body is longer than " + MOST_BYTES + " bytes");
    }
    return body;
  }

  private static ResponseEntity<byte[]> problem(BrokerProblem problem) throws IOException {
    Level level = problem.status() >= 500 ? Level.WARNING : Level.INFO;
    LOG.log(level, "not answered: {0}: {1}", problem.error(), problem.description());
    ObjectNode answer = JSON.createObjectNode();
    answer.put("error", problem.error());
    answer.put("error_description", problem.description());
    ResponseEntity.BodyBuilder reply =
        ResponseEntity.status(problem.status())
            .contentType(MediaType.APPLICATION_JSON)
            .header(HttpHeaders.CACHE_CONTROL, "no-store");
    if (problem.status() == 401) {
      reply.header(HttpHeaders.WWW_AUTHENTICATE, "token");
    }
    if (problem.isTemporary()) {
      reply.header(HttpHeaders.RETRY_AFTER, Long.toString(problem.retryAfterSeconds()));
    }
    return reply.body(JSON.writeValueAsBytes(answer));
  }
}
