// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.decisionlab.identity.broker.BrokerWorld.SIDECAR;
import static org.decisionlab.identity.broker.BrokerWorld.claims;
import static org.decisionlab.identity.broker.BrokerWorld.get;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.nimbusds.jwt.JWTClaimsSet;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.decisionlab.identity.iamsim.Browser;
import org.decisionlab.identity.tokens.http.JsonDoor;
import org.decisionlab.identity.tokens.source.AccessToken;
import org.decisionlab.identity.tokens.source.BrokerTokens;
import org.decisionlab.identity.tokens.source.TokenRequest;
import org.junit.jupiter.api.Test;

/** What a kernel is given for the login of its user, and who may ask. */
class BrokerTest extends LoggedBroker {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String WEAK = "hub-token-weak-0001";
  private static final String SERVICE = "hub-token-service-0001";
  private static final String SCRAPER = "hub-token-scraper-0001";

  BrokerTest() {
    super("token for " + SIDECAR);
  }

  @Test
  void aKernelGetsANarrowTokenAndNothingElse() throws Exception {
    login("bob", 3600);
    AccessToken token =
        new BrokerTokens(broker.address(), server, new JsonDoor())
            .token(TokenRequest.of(SIDECAR, List.of("model.read", "storage.read:/cms/user")))
            .orElseThrow();
    JWTClaimsSet claims = claims(token.secret());
    assertThat(claims.getAudience()).containsExactly(SIDECAR);
    assertThat(claims.getStringClaim("scope").split(" "))
        .containsExactlyInAnyOrder("model.read", "storage.read:/cms/user");
    assertThat(token.expiresAt()).isEqualTo(claims.getExpirationTime().toInstant());
    JsonNode answer = JSON.readTree(ask(server, "{}").body());
    assertThat(answer.fieldNames()).toIterable().containsExactly("access_token", "expires_at");
    assertThat(answer.path("access_token").asText()).isEqualTo(hub.accessToken("bob"));
  }

  @Test
  void theSameQuestionIsAnsweredFromMemoryForAllServersOfAUser() throws Exception {
    login("bob", 3600);
    String question = question("model.read");
    String first = token(ask(server, question));
    long exchanges = iam.switches().counted("token-exchange");
    assertThat(token(ask(hub.server("bob"), question))).isEqualTo(first);
    assertThat(iam.switches().counted("token-exchange")).isEqualTo(exchanges);
    login("ada", 3600);
    assertThat(token(ask(hub.server("ada"), question))).isNotEqualTo(first);
    assertThat(token(ask(server, question("model.write")))).isNotEqualTo(first);
  }

  @Test
  void withoutExchangeTheLoginsTokenIsPassedOnWhereItFits() throws Exception {
    iam.switches().change(Map.of("exchange", false));
    login("bob", 3600);
    assertThat(token(ask(server, question("model.read storage.read:/cms/user"))))
        .isEqualTo(hub.accessToken("bob"));
    HttpResponse<String> answer = ask(server, question("storage.read:/atlas"));
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("insufficient_scope", "storage.read:/atlas");
    assertThat(ask(server, question("storage.read:/cms-other")).statusCode()).isEqualTo(403);
    hub.login("bob", new Browser(iam).tokens("bob", Map.of("audience", "https://x")));
    try (Broker other = broker(BrokerSettings.Exchange.AUTO)) {
      answer = BrokerWorld.ask(other, server, question("model.read"));
      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(answer.body()).contains("invalid_target", "https://x", SIDECAR);
    }
    try (Broker strict = broker(BrokerSettings.Exchange.ALWAYS)) {
      assertThat(BrokerWorld.ask(strict, server, question("model.read")).body())
          .contains("exchange tokens");
    }
  }

  @Test
  void scopesThatTheProviderDoesNotGiveAreNamed() throws Exception {
    login("bob", 3600);
    HttpResponse<String> answer = ask(server, question("admin.everything"));
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("invalid_scope", "admin.everything");
  }

  @Test
  void whoMayNotAskIsToldWhy() throws Exception {
    login("bob", 3600);
    assertThat(ask("no-such-token", "{}").statusCode()).isEqualTo(401);
    assertThat(get(broker.address().resolve("token"), null).statusCode()).isEqualTo(405);
    hub.tokens.put(
        WEAK, new HubStandIn.Known("bob", "user", false, List.of("users:activity!user=bob")));
    HttpResponse<String> weak = ask(WEAK, "{}");
    assertThat(weak.statusCode()).isEqualTo(403);
    assertThat(weak.body()).contains("access:services!service=token-broker");
    hub.tokens.put(
        SERVICE, new HubStandIn.Known("cull", "service", true, List.of("access:services")));
    assertThat(ask(SERVICE, "{}").body()).contains("services have no login");
    assertThat(ask(server, "[]").statusCode()).isEqualTo(400);
    assertThat(ask(server, "{\"scope\": 5}").statusCode()).isEqualTo(400);
    assertThat(ask(server, "{\"audience\": \"a b\"}").statusCode()).isEqualTo(400);
    assertThat(ask(server, " ".repeat(17 << 10)).statusCode()).isEqualTo(400);
    String nobody = hub.server("carl");
    hub.states.put("carl", JSON.createObjectNode());
    assertThat(ask(nobody, "{}").body()).contains("login_required", "log in again");
  }

  @Test
  void metricsAreForThoseWhoMayReadThem() throws Exception {
    login("bob", 3600);
    token(ask(server, "{}"));
    URI metrics = broker.address().resolve("metrics");
    assertThat(get(metrics, server).statusCode()).isEqualTo(403);
    hub.tokens.put(
        SCRAPER, new HubStandIn.Known("prometheus", "service", false, List.of("read:metrics")));
    assertThat(get(metrics, SCRAPER).body())
        .contains("token_broker_requests_total{outcome=\"given\"} 1");
  }
}
