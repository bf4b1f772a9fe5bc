// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.decisionlab.identity.broker.BrokerWorld.SIDECAR;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hub checks logins itself, and does not say who shows a token whose user it refuses. */
class RefusedByHubTest {

  @Test
  void whoTheHubRefusesIsToldItsReasonAndComesBackWithoutARestart(@TempDir Path folder)
      throws Exception {
    try (BrokerWorld world = new BrokerWorld(folder, BrokerSettings.Exchange.AUTO, 40)) {
      String user = world.newUser();
      String other = world.newUser();
      world.hub.refused.put(
          user, "https://iam.example.org does not renew your login: User is suspended.");
      for (int i = 0; i < 2; i++) {
        HttpResponse<String> refused = world.ask(user, SIDECAR, "model.read");
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
        assertThat(refused.body())
            .contains("\"error\":\"login_required\"")
            .contains("https://iam.example.org does not renew your login: User is suspended. When")
            .contains("log in at the hub again")
            .doesNotContain("does not know");
      }
      world.token(other, SIDECAR, "model.read");
      world.hub.refused.remove(user);
      world.token(user, SIDECAR, "model.read");
    }
  }

  @Test
  void wordsOfTheHubHoldNoToken(@TempDir Path folder) throws Exception {
    try (BrokerWorld world = new BrokerWorld(folder, BrokerSettings.Exchange.AUTO, 40)) {
      String user = world.newUser();
      world.hub.refused.put(user, "refused: " + world.hub.accessToken(user));
      assertThat(world.ask(user, SIDECAR, "model.read").body())
          .contains("login_required", "refused: ")
          .doesNotContain("eyJ");
    }
  }
}
