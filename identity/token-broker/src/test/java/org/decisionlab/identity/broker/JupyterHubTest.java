// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jwt.SignedJWT;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.decisionlab.identity.iamsim.Browser;
import org.decisionlab.identity.iamsim.IamSim;
import org.decisionlab.identity.iamsim.SimSettings;
import org.decisionlab.identity.tokens.http.JsonDoor;
import org.decisionlab.identity.tokens.source.BrokerTokens;
import org.decisionlab.identity.tokens.source.TokenRequest;
import org.decisionlab.identity.tokens.source.TokenUnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The broker at a real JupyterHub: the program that the environment names by {@code
 * DECISIONLAB_JUPYTERHUB}, else the one that {@code ./lab} has installed; skipped without one.
 */
class JupyterHubTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String SIDECAR = "https://sidecar.example";

  @Test
  void loginsAreReadRenewedAndStoredByTheRulesOfARealHub(
      @TempDir Path secrets, @TempDir Path folder) throws Exception {
    Path program = program();
    assumeTrue(Files.isExecutable(program), "no JupyterHub at " + program);
    try (IamSim iam = IamSim.start(SimSettings.demo(secrets, List.of(Browser.CALLBACK)));
        RealHub hub = new RealHub(program, folder);
        Broker broker = broker(iam, hub)) {
      iam.switches().change(Map.of("refresh", "STRICT", "accessSeconds", 1));
      hub.ask("POST", "users/bob", "");
      ObjectNode first = login(iam, hub, "bob");
      JsonNode made =
          hub.ask(
              "POST",
              "users/bob/tokens",
              "{\"scopes\": [\"access:services!service=token-broker\"]}");
      BrokerTokens tokens =
          new BrokerTokens(broker.address(), made.path("token").asText(), new JsonDoor());
      iam.switches().change(Map.of("accessSeconds", 3600));
      awaitExpiry(first);

      String narrow =
          tokens.token(TokenRequest.of(SIDECAR, List.of("model.read"))).orElseThrow().secret();

      assertThat(SignedJWT.parse(narrow).getJWTClaimsSet().getAudience()).containsExactly(SIDECAR);
      JsonNode kept = hub.ask("GET", "users/bob", "").path("auth_state");
      assertThat(kept.path("refresh_token")).isNotEqualTo(first.path("refresh_token"));
      assertThat(kept.path("oauth_user")).isEqualTo(first.path("oauth_user"));
      assertThat(tokens.token(TokenRequest.ANY).orElseThrow().secret())
          .isEqualTo(kept.path("access_token").asText());

      hub.ask("PATCH", "users/bob", "{\"admin\": true}");
      iam.switches().change(Map.of("accessSeconds", 1));
      ObjectNode second = login(iam, hub, "bob");
      awaitExpiry(second);
      assertThat(
              hub.send(RealHub.BROKER, "PATCH", "users/bob", "{\"auth_state\": {}}").statusCode())
          .isEqualTo(403);
      BrokerTokens other = fresh(iam, hub, made);
      assertThatThrownBy(() -> other.token(TokenRequest.ANY))
          .isInstanceOf(TokenUnavailableException.class)
          .hasMessageContaining("admin: true");

      for (JsonNode state : List.of(first, kept, second)) {
        assertThat(hub.log()).doesNotContain(state.path("refresh_token").asText());
        assertThat(hub.log()).doesNotContain(state.path("access_token").asText());
      }
    }
  }

  /** A broker that remembers nothing; it ends with the test's JVM. */
  private static BrokerTokens fresh(IamSim iam, RealHub hub, JsonNode made) {
    return new BrokerTokens(
        broker(iam, hub).address(), made.path("token").asText(), new JsonDoor());
  }

  private static ObjectNode login(IamSim iam, RealHub hub, String user) throws Exception {
    JsonNode answer = JSON.readTree(new Browser(iam).tokens(user, Map.of()));
    ObjectNode state = JSON.createObjectNode();
    state.set("access_token", answer.path("access_token"));
    state.set("refresh_token", answer.path("refresh_token"));
    state.putObject("oauth_user").put("preferred_username", user);
    hub.ask("PATCH", "users/" + user, JSON.createObjectNode().set("auth_state", state).toString());
    return state;
  }

  private static void awaitExpiry(JsonNode state) throws Exception {
    Instant end =
        SignedJWT.parse(state.path("access_token").asText())
            .getJWTClaimsSet()
            .getExpirationTime()
            .toInstant();
    while (!Instant.now().isAfter(end)) {
      LockSupport.parkNanos(50_000_000);
    }
  }

  private static Broker broker(IamSim iam, RealHub hub) {
    return BrokerWorld.broker(
        iam,
        hub.api(),
        RealHub.BROKER,
        BrokerSettings.Exchange.AUTO,
        BrokerSettings.USUAL_EXCHANGES);
  }

  private static Path program() {
    String named = System.getenv("DECISIONLAB_JUPYTERHUB");
    return Path.of(
        named == null ? System.getProperty("decisionlab.jupyterhub", "/nowhere") : named);
  }
}
