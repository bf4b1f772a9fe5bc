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
import java.util.Set;
import org.decisionlab.identity.tokens.source.AccessToken;
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

  private final Entrance entrance;
  private final TokenDesk desk;
  private final BrokerMetrics metrics;
  private final Set<String> accessScopes;

  TokenDoor(HubApi hub, TokenDesk desk, BrokerMetrics metrics, BrokerSettings settings) {
    this.entrance = new Entrance(hub, settings.hubToken());
    this.desk = desk;
    this.metrics = metrics;
    this.accessScopes = settings.accessScopes();
  }

  @PostMapping("/token")
  ResponseEntity<byte[]> token(HttpServletRequest request) throws IOException {
    long start = System.nanoTime();
    try (Entrance.Guest guest = entrance.enter(request)) {
      checkUser(guest.who());
      Question question = Question.of(ShortBody.of(request));
      AccessToken token =
          desk.token(new TokenDesk.Asking(guest.who().name(), question, guest.deadline()));
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
    try (Entrance.Guest guest = entrance.enter(request)) {
      if (!guest.who().scopes().contains("read:metrics")) {
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

  private void checkUser(Identity who) throws BrokerProblem {
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
