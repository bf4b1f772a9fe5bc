// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.decisionlab.identity.broker.BrokerWorld.SIDECAR;
import static org.decisionlab.identity.broker.BrokerWorld.await;
import static org.decisionlab.identity.broker.BrokerWorld.get;

import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** While the provider or the hub is away, what is known holds as long as it lives. */
class ProviderAwayTest extends LoggedBroker {

  ProviderAwayTest() {
    super("login renewed", "token for " + SIDECAR);
  }

  @Test
  void whileTheProviderIsAwayTheOldTokenIsGivenAsLongAsItLives() throws Exception {
    login("bob", 12);
    String old = hub.accessToken("bob");
    String narrow = token(ask(server, question("model.read")));
    iam.switches().change(Map.of("outage", "REFUSING"));
    await(() -> Instant.now().isAfter(expiry(narrow).minusSeconds(5)));
    if (Instant.now().isBefore(expiry(old).minusSeconds(1))) {
      assertThat(token(ask(server, "{}"))).isEqualTo(old);
      assertThat(token(ask(server, question("model.read")))).isEqualTo(narrow);
    }
    await(() -> Instant.now().isAfter(expiry(narrow)));
    HttpResponse<String> answer = ask(server, "{}");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(answer.body()).contains("temporarily_unavailable", iam.base().toString());
    iam.switches().change(Map.of("outage", "NONE", "accessSeconds", 3600));
    await(() -> ask(server, "{}").statusCode() == 200);
    assertThat(token(ask(server, question("model.read")))).isNotEqualTo(narrow);
  }

  @Test
  void theBrokerStartsWhileProviderAndHubAreAway() throws Exception {
    login("bob", 3600);
    hub.away = true;
    iam.switches().change(Map.of("outage", "REFUSING"));
    try (Broker late = broker(BrokerSettings.Exchange.AUTO)) {
      assertThat(get(late.address().resolve("health"), null).statusCode()).isEqualTo(200);
      HttpResponse<String> answer = BrokerWorld.ask(late, server, question("model.read"));
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body()).contains("the hub");
      hub.away = false;
      assertThat(BrokerWorld.ask(late, server, question("model.read")).statusCode()).isEqualTo(503);
      iam.switches().change(Map.of("outage", "NONE"));
      await(() -> BrokerWorld.ask(late, server, question("model.read")).statusCode() == 200);
    }
  }
}
