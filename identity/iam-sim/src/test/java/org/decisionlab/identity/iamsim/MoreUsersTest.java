// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Accounts that are made while the simulator runs. */
class MoreUsersTest {

  @TempDir static Path folder;
  @AutoClose private static IamSim iam;

  @BeforeAll
  static void start() {
    iam = IamSim.start(SimSettings.demo(folder, List.of(Browser.CALLBACK)));
  }

  private static HttpResponse<String> put(String name, String body, String secret)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(iam.base() + ControlDoor.PATH + "/users/" + name))
            .timeout(Duration.ofSeconds(60))
            .header("Authorization", "Bearer " + secret)
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> put(String name, String body) throws Exception {
    return put(name, body, iam.secrets().control());
  }

  @Test
  void aUserThatIsMadeLogsInWithItsGroups() throws Exception {
    Browser browser = new Browser(iam);
    assertThatThrownBy(() -> browser.login("member-1", Map.of()))
        .as("before it is made")
        .isInstanceOf(IllegalStateException.class);
    assertThat(put("member-1", "{\"groups\": [\"/decisionlab\"]}").statusCode()).isEqualTo(200);
    var tokens = browser.login("member-1", Map.of());
    var claims = SignedJWT.parse(tokens.path("access_token").asString()).getJWTClaimsSet();
    assertThat(claims.getStringListClaim("wlcg.groups")).containsExactly("/decisionlab");
    assertThat(claims.getSubject())
        .isEqualTo(new SimUser("member-1", "", List.of(), List.of()).subject());
    assertThat(browser.get(iam.base() + "/login").body()).contains("member-1");
  }

  @Test
  void whatIsWrongMakesNoUser() throws Exception {
    assertThat(put("mallory", "{\"groups\": [\"/decisionlab\"]}", "guessed").statusCode())
        .isEqualTo(401);
    assertThat(put("mallory", "{\"groups\": [\"no slash\"]}").statusCode()).isEqualTo(400);
    assertThat(put("Mallory", "{}").statusCode()).isEqualTo(400);
    var taken = put("eve", "{\"groups\": [\"/decisionlab/admins\"]}");
    assertThat(taken.statusCode()).isEqualTo(400);
    assertThat(taken.body()).contains("eve");
    assertThat(new Browser(iam).get(iam.base() + "/login").body())
        .contains("eve")
        .doesNotContain("mallory", "Mallory");
  }

  @Test
  void thereIsAnEnd() throws Exception {
    SimUsers users = new SimUsers(List.of(), iam.secrets(), iam.switches());
    for (int i = 0; i < 1_000; i++) {
      users.add(new SimUser("u" + i, "", List.of(), List.of()));
    }
    assertThatThrownBy(() -> users.add(new SimUser("one-more", "", List.of(), List.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1000");
    assertThat(users.all()).hasSize(1_000);
  }
}
