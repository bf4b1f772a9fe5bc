// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.decisionlab.identity.broker.BrokerWorld.SIDECAR;

import com.nimbusds.jwt.JWTClaimsSet;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one user asks, and what the provider says to it, takes nothing from the others. */
class FairnessTest extends SharedWorld {

  private static final int PER_MINUTE = 40;
  private static final String ODD = "https://odd.example";
  private static final String SCOPE = "model.read";

  FairnessTest() {
    super(BrokerSettings.Exchange.AUTO, PER_MINUTE);
  }

  private void refusing(String audience, String code) {
    world.iam.switches().change(Map.of("exchangeRefusals", Map.of(audience, code)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"access_denied", "unauthorized_client"})
  void aRefusalToOneUserLeavesTheTokensOfOthersNarrow(String code) throws Exception {
    refusing(ODD, code);
    String refused = world.newUser();
    String whole = world.token(refused, ODD, SCOPE);
    assertThat(whole).as("its audience is WLCG's any").isEqualTo(world.hub.accessToken(refused));
    for (String user : List.of(world.newUser(), refused)) {
      JWTClaimsSet narrow = BrokerWorld.claims(world.token(user, SIDECAR, SCOPE));
      assertThat(narrow.getStringClaim("scope")).isEqualTo(SCOPE);
      assertThat(narrow.getAudience()).containsExactly(SIDECAR);
    }
  }

  @Test
  void aRefusalIsRememberedForTheUserAndTheAudience() throws Exception {
    refusing(ODD, "access_denied");
    String user = world.newUser();
    world.token(user, ODD, SCOPE);
    refusing(ODD + "/else", "access_denied");
    assertThat(world.token(user, ODD, "model.write")).isEqualTo(world.hub.accessToken(user));
    HttpResponse<String> beyond = world.ask(user, ODD, "storage.read:/atlas");
    assertThat(beyond.statusCode()).isEqualTo(403);
    assertThat(beyond.body())
        .contains("insufficient_scope", "exchanges no token for " + ODD, "access_denied");
    String other = world.token(world.newUser(), ODD, SCOPE);
    assertThat(BrokerWorld.claims(other).getAudience()).containsExactly(ODD);
  }

  @Test
  void aGrantThatTheProviderDoesNotKnowIsSoForAll(@TempDir Path folder) throws Exception {
    try (BrokerWorld other = new BrokerWorld(folder, BrokerSettings.Exchange.AUTO, PER_MINUTE)) {
      other
          .iam
          .switches()
          .change(Map.of("exchangeRefusals", Map.of(ODD, "unsupported_grant_type")));
      other.token(other.newUser(), ODD, SCOPE);
      String user = other.newUser();
      assertThat(other.token(user, SIDECAR, SCOPE)).isEqualTo(other.hub.accessToken(user));
    }
  }

  @Test
  void aCodeThatNobodyKnowsIsARefusalAndStopsNobody() throws Exception {
    refusing(ODD, "quota_exceeded");
    String odd = world.newUser();
    String even = world.newUser();
    HttpResponse<String> refused = world.ask(odd, ODD, SCOPE);
    HttpResponse<String> after = world.ask(even, SIDECAR, SCOPE);
    assertThat(after.statusCode()).as(after.body()).isEqualTo(200);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body())
        .contains("\"error\":\"refused\"", "quota_exceeded", "no token is exchanged for " + ODD);
    assertThat(refused.headers().firstValue("Retry-After")).isEmpty();
  }

  @Test
  void anExchangedTokenThatMayMoreThanWasAskedIsNotHandedOut() throws Exception {
    world.iam.switches().change(Map.of("exchangeIgnoresScope", true));
    String user = world.newUser();
    for (int i = 0; i < 2; i++) {
      HttpResponse<String> broad = world.ask(user, SIDECAR, SCOPE);
      assertThat(broad.statusCode()).as(broad.body()).isEqualTo(500);
      assertThat(broad.body())
          .contains("server_error", "with " + SCOPE + " and gave one")
          .contains("model.write storage.read:/cms wlcg.groups too")
          .doesNotContain("eyJ");
    }
    String all = SCOPE + " model.write wlcg.groups storage.read:";
    assertThat(world.ask(user, SIDECAR, all + "/cms/user").statusCode()).isEqualTo(500);
    assertThat(world.ask(user, SIDECAR, all + "/cm").statusCode()).isEqualTo(500);
    String whole = world.token(user, SIDECAR, all + "/");
    assertThat(BrokerWorld.claims(whole).getStringClaim("scope")).contains("storage.read:/cms");
    world.iam.switches().change(Map.of("exchangeIgnoresScope", false));
    String narrow = world.token(user, SIDECAR, SCOPE);
    assertThat(BrokerWorld.claims(narrow).getStringClaim("scope")).isEqualTo(SCOPE);
  }

  @Test
  void oneUserKeepsABoundedNumberOfTokensAndTheOldestGoes() throws Exception {
    String greedy = world.newUser();
    String modest = world.newUser();
    String kept = world.token(modest, SIDECAR, SCOPE);
    List<String> given = new ArrayList<>();
    for (int i = 0; i <= GivenTokens.MOST_OF_A_USER; i++) {
      given.add(world.token(greedy, SIDECAR + "/" + i, SCOPE));
    }
    assertThat(world.token(greedy, SIDECAR + "/1", SCOPE)).isEqualTo(given.get(1));
    assertThat(world.token(greedy, SIDECAR + "/0", SCOPE)).isNotEqualTo(given.get(0));
    assertThat(world.token(modest, SIDECAR, SCOPE)).isEqualTo(kept);
  }

  @Test
  void oneUserHasABoundedNumberOfExchangesInAMinute() throws Exception {
    String hasty = world.newUser();
    String last = SIDECAR;
    HttpResponse<String> answer = world.ask(hasty, last, SCOPE);
    for (int i = 0; i < 3 * PER_MINUTE && answer.statusCode() == 200; i++) {
      answer = world.ask(hasty, SIDECAR + "/" + i, SCOPE);
      last = answer.statusCode() == 200 ? SIDECAR + "/" + i : last;
    }
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
    assertThat(answer.body())
        .contains("too_many_requests", "have asked for " + PER_MINUTE + " new tokens", "ask again");
    assertThat(Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow()))
        .isBetween(1, 60);
    world.token(hasty, last, SCOPE);
    world.token(world.newUser(), SIDECAR, SCOPE);
  }
}
