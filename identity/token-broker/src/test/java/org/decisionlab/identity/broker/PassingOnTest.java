// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.decisionlab.identity.broker.BrokerWorld.SIDECAR;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which logins are passed on as they are, where no token is exchanged. */
class PassingOnTest extends SharedWorld {

  private static final String ANY = "https://wlcg.cern.ch/jwt/v1/any";

  PassingOnTest() {
    super(BrokerSettings.Exchange.NEVER, BrokerSettings.USUAL_EXCHANGES);
  }

  /**
   * The claims of the login's token, what the hub keeps beside it, and what comes of a question.
   * Dashes stand for what is not there; {@code opaque} for a token that nobody can read.
   */
  @ParameterizedTest
  @CsvSource({
    // claims: aud, scope; the hub's scopes; asked: audience, scope; answer
    "SIDECAR, model.read, -, SIDECAR, model.read, given",
    "ANY, model.read, -, SIDECAR, model.read, given",
    "SIDECAR, -, model.read, SIDECAR, model.read, given",
    "SIDECAR, -, -, SIDECAR, -, given",
    "-, model.read, -, -, model.read, given",
    "-, -, -, -, -, given",
    "opaque, opaque, model.read, -, model.read, given",
    "opaque, opaque, -, -, -, given",
    "SIDECAR, -, -, SIDECAR, model.read, insufficient_scope",
    "SIDECAR, '', -, SIDECAR, model.read, insufficient_scope",
    "SIDECAR, -, '', SIDECAR, model.read, insufficient_scope",
    "SIDECAR, model.write, model.read, SIDECAR, model.read, insufficient_scope",
    "SIDECAR, storage.read:/cms, -, SIDECAR, storage.read:/cms-other, insufficient_scope",
    "opaque, opaque, -, -, model.read, insufficient_scope",
    "-, model.read, -, SIDECAR, model.read, invalid_target",
    "opaque, opaque, model.read, SIDECAR, model.read, invalid_target",
    "https://else.example, model.read, -, SIDECAR, model.read, invalid_target"
  })
  void whatALoginDoesNotSayItDoesNotGrant(
      String aud, String scope, String beside, String audience, String wanted, String outcome)
      throws Exception {
    String user = world.newUser();
    String token = aud.equals("opaque") ? "opaque-" + user : token(named(aud), scope);
    ObjectNode state = JsonMapper.builder().build().createObjectNode();
    state.put("access_token", token).put("expires_at", Instant.now().getEpochSecond() + 3600);
    if (!beside.equals("-")) {
      state.putArray("scope").add(beside);
    }
    world.hub.states.put(user, state);
    HttpResponse<String> answer =
        world.ask(
            user, audience.equals("-") ? "" : named(audience), wanted.equals("-") ? "" : wanted);
    if (outcome.equals("given")) {
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).contains(token);
    } else {
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
      assertThat(answer.body()).contains("\"" + outcome + "\"").doesNotContain(token);
    }
  }

  @Test
  void theTokenOfALoginIsThatOfTheLoginOfNow() throws Exception {
    String user = world.newUser();
    for (String scope : List.of("before", "after")) {
      String token = token("-", scope);
      ObjectNode state = JsonMapper.builder().build().createObjectNode();
      state.put("access_token", token).put("expires_at", Instant.now().getEpochSecond() + 3600);
      world.hub.states.put(user, state);
      Instant limit = Instant.now().plusSeconds(60);
      while (!world.ask(user, "", "").body().contains(token)) {
        assertThat(Instant.now()).as("given within a minute: " + scope).isBefore(limit);
        Thread.onSpinWait();
      }
    }
  }

  private static String named(String audience) {
    return audience.replace("SIDECAR", SIDECAR).replace("ANY", ANY);
  }

  private static String token(String audience, String scope) {
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .subject("x")
            .issueTime(Date.from(Instant.now()))
            .expirationTime(Date.from(Instant.now().plusSeconds(3600)));
    if (!audience.equals("-")) {
      claims.audience(audience);
    }
    if (!scope.equals("-")) {
      claims.claim("scope", scope);
    }
    return new PlainJWT(claims.build()).serialize();
  }
}
