// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.decisionlab.identity.broker.BrokerWorld.SIDECAR;
import static org.decisionlab.identity.broker.BrokerWorld.await;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Map;
import org.decisionlab.identity.iamsim.Browser;
import org.decisionlab.identity.tokens.http.Sha256;
import org.junit.jupiter.api.Test;

/** Tokens are those of the login that the hub has now, and a refused one is not given again. */
class LoginOfNowTest extends SharedWorld {

  private static final int PER_MINUTE = 10;
  private static final String SCOPE = "model.read";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  LoginOfNowTest() {
    super(BrokerSettings.Exchange.AUTO, PER_MINUTE);
  }

  private void logIn(String account, String name) throws Exception {
    world.hub.login(name, new Browser(world.iam).tokens(account, Map.of()));
  }

  @Test
  void aNewLoginHasNewTokensAndARenewedOneTheOldOnes() throws Exception {
    String user = world.newUser();
    String before = world.token(user, SIDECAR, SCOPE);
    ObjectNode kept = world.hub.states.get(user);
    String own = kept.path("access_token").asText();
    String renewed =
        BrokerWorld.given(world.ask(user, JSON.createObjectNode().put("refused", Sha256.hex(own))));
    assertThat(renewed).isNotEqualTo(own).isEqualTo(world.hub.accessToken(user));
    Instant afterTheLook = Instant.now().plusSeconds(3);
    await(() -> Instant.now().isAfter(afterTheLook));
    assertThat(world.token(user, SIDECAR, SCOPE)).as("the login is the same").isEqualTo(before);
    logIn(user, user);
    await(() -> !world.token(user, SIDECAR, SCOPE).equals(before));
  }

  @Test
  void whoIsGivenANameIsNotGivenItsTokens() throws Exception {
    String name = world.newUser();
    String another = world.newUser();
    String before = world.token(name, SIDECAR, SCOPE);
    world.hub.states.put(name, JSON.createObjectNode());
    await(() -> world.ask(name, SIDECAR, SCOPE).statusCode() == 403);
    logIn(another, name);
    world.iam.switches().change(Map.of("outage", "REFUSING"));
    await(() -> world.ask(name, SIDECAR, SCOPE).statusCode() == 503);
    world.iam.switches().change(Map.of("outage", "NONE"));
    await(() -> world.ask(name, SIDECAR, SCOPE).statusCode() == 200);
    String after = world.token(name, SIDECAR, SCOPE);
    assertThat(BrokerWorld.claims(after).getSubject())
        .isEqualTo(BrokerWorld.claims(world.hub.accessToken(name)).getSubject())
        .isNotEqualTo(BrokerWorld.claims(before).getSubject());
  }

  @Test
  void aLoginThatCouldNotBeStoredIsNotStoredForWhoHasTheNameNext() throws Exception {
    String name = world.newUser();
    String own = world.hub.accessToken(name);
    world.hub.storeStatus = 500;
    ObjectNode question = JSON.createObjectNode().put("refused", Sha256.hex(own));
    assertThat(world.ask(name, question).statusCode()).isEqualTo(503);
    world.hub.storeStatus = 200;
    world.hub.states.put(name, JSON.createObjectNode());
    await(() -> world.ask(name, JSON.createObjectNode()).statusCode() == 403);
    assertThat(world.hub.states.get(name).isEmpty()).isTrue();
  }

  @Test
  void aTokenThatAServiceRefusedIsReplacedOnceForAllWhoHadIt() throws Exception {
    String user = world.newUser();
    String refused = world.token(user, SIDECAR, SCOPE);
    long exchanges = world.iam.switches().counted("token-exchange");
    String anew = BrokerWorld.given(world.askInsteadOf(refused, user, SIDECAR, SCOPE));
    assertThat(anew).isNotEqualTo(refused);
    assertThat(BrokerWorld.given(world.askInsteadOf(refused, user, SIDECAR, SCOPE)))
        .isEqualTo(anew);
    assertThat(world.token(user, SIDECAR, SCOPE)).isEqualTo(anew);
    assertThat(world.iam.switches().counted("token-exchange") - exchanges).isOne();
  }

  @Test
  void aRefusedTokenIsNotGivenWhileTheProviderIsAway() throws Exception {
    String user = world.newUser();
    String refused = world.token(user, SIDECAR, SCOPE);
    world.iam.switches().change(Map.of("outage", "REFUSING"));
    HttpResponse<String> answer = world.askInsteadOf(refused, user, SIDECAR, SCOPE);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(world.ask(user, SIDECAR, SCOPE).statusCode()).as("others").isEqualTo(503);
    world.iam.switches().change(Map.of("outage", "NONE"));
    await(() -> world.ask(user, SIDECAR, SCOPE).statusCode() == 200);
    assertThat(world.token(user, SIDECAR, SCOPE)).isNotEqualTo(refused);
  }

  @Test
  void whoSaysAgainAndAgainThatATokenWasRefusedMeetsTheLimit() throws Exception {
    for (boolean narrow : new boolean[] {true, false}) {
      String user = world.newUser();
      ObjectNode question = JSON.createObjectNode();
      if (narrow) {
        question.put("audience", SIDECAR).put("scope", SCOPE);
      }
      HttpResponse<String> answer = world.ask(user, question);
      for (int i = 0; i <= PER_MINUTE && answer.statusCode() == 200; i++) {
        answer =
            world.ask(
                user, question.deepCopy().put("refused", Sha256.hex(BrokerWorld.given(answer))));
      }
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
    }
  }

  @Test
  void whatIsNoDigestIsRefusedAndNotRepeated() throws Exception {
    String user = world.newUser();
    String token = world.hub.accessToken(user);
    HttpResponse<String> answer =
        world.ask(user, JSON.createObjectNode().put("refused", token.substring(0, 100)));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("SHA-256", "not the token").doesNotContain("eyJ");
  }
}
