// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The list of all that was given out. */
class IssuedTokensTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir Path folder;
  @AutoClose private IamSim iam;
  private Browser browser;

  @BeforeEach
  void start() {
    iam = IamSim.start(SimSettings.demo(folder, List.of(Browser.CALLBACK)));
    browser = new Browser(iam);
  }

  private HttpResponse<String> asked(String secret) throws Exception {
    return browser.get(
        iam.base() + ControlDoor.PATH + "/issued", "Authorization", "Bearer " + secret);
  }

  private Map<String, Set<String>> issued(String user) throws Exception {
    JsonNode told = JSON.readTree(asked(iam.secrets().control()).body());
    assertThat(told.path("left").asInt(-1)).isZero();
    Map<String, Set<String>> found = new HashMap<>();
    for (JsonNode each : told.path("issued")) {
      if (each.path("user").asString().equals(user)) {
        found
            .computeIfAbsent(each.path("kind").asString(), kind -> new HashSet<>())
            .add(each.path("value").asString());
      }
    }
    return found;
  }

  private JsonNode token(Map<String, String> form) throws Exception {
    HttpResponse<String> answer = browser.token(form);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  @Test
  void whatALoginARenewalAndAnExchangeGaveStaysKnownWhenItHasEnded() throws Exception {
    iam.switches().change(Map.of("refresh", "ROTATE"));
    JsonNode first = browser.login("bob", Map.of());
    String refresh = first.path("refresh_token").asString();
    JsonNode second = token(Map.of("grant_type", "refresh_token", "refresh_token", refresh));
    JsonNode narrowed =
        token(
            Map.of(
                "grant_type", "urn:ietf:params:oauth:grant-type:token-exchange",
                "subject_token", second.path("access_token").asString(),
                "subject_token_type", "urn:ietf:params:oauth:token-type:access_token",
                "audience", "https://service.example.org",
                "scope", "model.read"));
    HttpResponse<String> ended =
        browser.token(Map.of("grant_type", "refresh_token", "refresh_token", refresh));
    assertThat(ended.statusCode()).isEqualTo(400);
    Map<String, Set<String>> issued = issued("bob");
    for (String kind : List.of("access_token", "refresh_token", "id_token")) {
      assertThat(issued.get(kind))
          .as(kind)
          .contains(first.path(kind).asString(), second.path(kind).asString());
    }
    assertThat(issued.get("access_token")).contains(narrowed.path("access_token").asString());
    assertThat(issued.get("authorization_code")).hasSize(1);
    assertThat(issued("ada")).isEmpty();
  }

  @Test
  void itIsToldToTheHolderOfTheControlSecretOnly() throws Exception {
    String token = browser.login("bob", Map.of()).path("access_token").asString();
    for (String other : List.of("guessed", token, iam.secrets().password())) {
      HttpResponse<String> refused = asked(other);
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.body()).doesNotContain(token);
    }
  }

  @Test
  void thereIsAnEndAndWhatIsLeftOutIsCounted() {
    IssuedTokens tokens = new IssuedTokens();
    for (int i = 0; i < IssuedTokens.MOST + 3; i++) {
      tokens.add(new IssuedTokens.Issued("access_token", "bob", "token-" + i));
    }
    tokens.add(new IssuedTokens.Issued("access_token", "bob", "token-0"));
    assertThat(tokens.all()).hasSize(IssuedTokens.MOST);
    assertThat(tokens.left()).isEqualTo(3);
    assertThat(tokens.all().get(0)).hasToString("access_token of bob");
  }
}
