// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Introspection: tokens of the profile {@code iam} say nothing of rights, and it does. */
class IntrospectionTest {

  private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
  private static final String ACCESS = "urn:ietf:params:oauth:token-type:access_token";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir static Path folder;
  private static IamSim iam;
  private final Browser browser = new Browser(iam);

  @BeforeAll
  static void start() throws Exception {
    iam = IamSim.start(SimSettings.demo(folder, List.of(Browser.CALLBACK)));
  }

  @AfterAll
  static void stop() {
    iam.close();
  }

  private String login(String scopes) throws Exception {
    String tokens = browser.tokens(SimSettings.PLAIN_HUB, "bob", Map.of("scope", scopes));
    return JSON.readTree(tokens).path("access_token").asString();
  }

  private String exchanged(String token, String scopes) throws Exception {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", EXCHANGE);
    form.put("subject_token", token);
    form.put("subject_token_type", ACCESS);
    form.put("audience", "urn:sidecar");
    form.put("scope", scopes);
    var answer = browser.post("/token", form, browser.client(SimSettings.PLAIN_HUB));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body()).path("access_token").asString();
  }

  private JsonNode said(String token, String asking) throws Exception {
    var answer = browser.post("/introspect", Map.of("token", token), browser.client(asking));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static JWTClaimsSet claims(String token) throws Exception {
    return SignedJWT.parse(token).getJWTClaimsSet();
  }

  @Test
  void anExchangedTokenHasItsAudienceAndNoRightsWhichIntrospectionTells() throws Exception {
    String login = login("openid profile offline_access model.read storage.read:/cms");
    assertThat(claims(login).getClaims()).doesNotContainKeys("aud", "scope", "groups");
    String narrowed = exchanged(login, "profile model.read");
    assertThat(claims(narrowed).getAudience()).containsExactly("urn:sidecar");
    assertThat(claims(narrowed).getClaims())
        .doesNotContainKeys("scope", "groups", "wlcg.groups", "wlcg.ver");
    JsonNode said = said(narrowed, SimSettings.PLAIN_HUB);
    assertThat(said.path("active").asBoolean()).isTrue();
    assertThat(said.path("groups").toString()).isEqualTo("[\"cms\",\"decisionlab\"]");
    assertThat(said.path("scope").asString().split(" "))
        .containsExactlyInAnyOrder("profile", "model.read");
  }

  @Test
  void groupsComeWithTheScopeProfileOnly() throws Exception {
    String token = exchanged(login("openid profile model.read"), "model.read");
    JsonNode said = said(token, SimSettings.PLAIN_HUB);
    assertThat(said.path("active").asBoolean()).isTrue();
    assertThat(said.path("scope").asString()).isEqualTo("model.read");
    assertThat(said.has("groups")).isFalse();
  }

  @Test
  void aClientIsToldTheScopesThatItMayAskForItself() throws Exception {
    String token = login("openid profile model.read storage.read:/cms");
    assertThat(said(token, SimSettings.PLAIN_HUB).path("scope").asString())
        .contains("storage.read:/cms");
    JsonNode other = said(token, "decisionlab-sidecar");
    assertThat(other.path("scope").asString().split(" "))
        .containsExactlyInAnyOrder("openid", "profile");
    assertThat(other.path("groups").toString()).contains("decisionlab");
  }

  @Test
  void tokensOfTheWlcgProfileAreToldWithTheirGroupsAndScopes() throws Exception {
    String token = browser.login("ada", Map.of()).path("access_token").asString();
    JsonNode said = said(token, SimSettings.HUB);
    assertThat(said.path("active").asBoolean()).isTrue();
    assertThat(said.path("scope").asString()).contains("storage.read:/cms");
    assertThat(said.path("wlcg.groups").toString()).contains("/decisionlab/admins");
  }
}
