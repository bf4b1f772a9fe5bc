// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.decisionlab.identity.tokens.scope.StoragePath;
import org.decisionlab.identity.tokens.verify.TokenValidator;
import org.decisionlab.identity.tokens.verify.TrustedIssuer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class IamSimTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
  private static final String DEVICE = "urn:ietf:params:oauth:grant-type:device_code";
  @TempDir static Path folder;
  @AutoClose private static IamSim iam;

  private final Browser browser = new Browser(iam);

  @BeforeAll
  static void start() {
    iam = IamSim.start(SimSettings.demo(folder, List.of(Browser.CALLBACK)));
  }

  @BeforeEach
  void usualTerms() {
    iam.switches().change(terms -> Terms.USUAL);
  }

  @Test
  void theDiscoveryDocumentHasIamsPathsAndASlash() throws Exception {
    for (String name : List.of("openid-configuration", "oauth-authorization-server")) {
      iam.switches().change(Map.of("issuerSlash", name.startsWith("open")));
      JsonNode document = JSON.readTree(browser.get(iam.base() + "/.well-known/" + name).body());
      assertThat(document.path("issuer").asString()).isEqualTo(iam.base() + "/");
      assertThat(document.path("token_endpoint").asString()).isEqualTo(iam.base() + "/token");
      assertThat(document.path("authorization_endpoint").asString()).endsWith("/authorize");
      assertThat(document.path("jwks_uri").asString()).endsWith("/jwk");
      assertThat(document.path("introspection_endpoint").asString()).endsWith("/introspect");
      assertThat(document.path("revocation_endpoint").asString()).endsWith("/revoke");
      assertThat(document.path("device_authorization_endpoint").asString()).endsWith("/devicecode");
      assertThat(document.path("grant_types_supported").toString()).contains(EXCHANGE);
    }
    iam.switches().change(Map.of("exchange", false));
    assertThat(browser.get(iam.base() + "/.well-known/openid-configuration").body())
        .doesNotContain("token-exchange");
    var keys = browser.get(iam.base() + "/jwk");
    assertThat(keys.headers().firstValue("Cache-Control"))
        .hasValue("max-age=21600, public, no-transform");
    assertThat(keys.body()).doesNotContain("\"d\"");
  }

  @Test
  void aTokenOfTheWlcgProfileHasWhatTheProfileWants() throws Exception {
    JsonNode tokens = browser.login("ada", Map.of());
    SignedJWT jwt = SignedJWT.parse(tokens.path("access_token").asString());
    assertThat(jwt.getHeader().toJSONObject()).containsOnlyKeys("alg", "kid");
    JWTClaimsSet claims = jwt.getJWTClaimsSet();
    assertThat(claims.getStringClaim("wlcg.ver")).isEqualTo("1.0");
    assertThat(claims.getIssuer()).isEqualTo(iam.base() + "/");
    assertThat(claims.getAudience()).containsExactly(IamClaims.ANY_AUDIENCE);
    assertThat(claims.getStringListClaim("wlcg.groups"))
        .containsExactly("/cms", "/cms/analysis", "/decisionlab", "/decisionlab/admins");
    assertThat(claims.getStringClaim("scope").split(" ")).contains("storage.read:/cms", "wlcg");
    assertThat(claims.getJWTID()).isNotEmpty();
    assertThat(claims.getSubject()).isNotEqualTo("ada");
    assertThat(claims.getNotBeforeTime()).isBefore(claims.getIssueTime());
    assertThat(claims.getExpirationTime().toInstant())
        .isEqualTo(claims.getIssueTime().toInstant().plusSeconds(3600));
    TrustedIssuer terms =
        new TrustedIssuer(iam.base(), Set.of(), true, false, StoragePath.ROOT, null);
    try (TokenValidator validator =
        new TokenValidator(List.of(terms), null, Duration.ZERO, Clock.systemUTC())) {
      assertThat(validator.validate(tokens.path("access_token").asString()).groups())
          .contains("/cms/analysis");
    }
  }

  @Test
  void aTokenOfIamsOwnProfileHasNeitherScopesNorGroups() throws Exception {
    iam.switches().change(Map.of("profile", "IAM", "issuerSlash", false));
    JWTClaimsSet claims = clientCredentials("decisionlab-sidecar", Map.of("scope", "openid"));
    assertThat(claims.getClaims()).containsOnlyKeys("sub", "iss", "exp", "iat", "jti", "client_id");
    assertThat(claims.getIssuer()).isEqualTo(iam.base().toString());
    iam.switches().change(Map.of("iamScope", true, "iamNbf", true));
    claims =
        clientCredentials("decisionlab-sidecar", Map.of("scope", "openid", "aud", "https://a"));
    assertThat(claims.getClaims()).containsKeys("scope", "nbf");
    assertThat(claims.getAudience()).containsExactly("https://a");
  }

  @Test
  void theAudienceIsTakenFromEachRequest() throws Exception {
    JsonNode tokens =
        browser.login("bob", Map.of("audience", "https://third", "aud", "https://a https://b"));
    assertThat(claims(tokens).getAudience()).containsExactly("https://a", "https://b");
    JsonNode again = refreshed(tokens, Map.of("resource", "https://c", "aud", "https://d"));
    assertThat(claims(again).getAudience()).containsExactly("https://c");
    assertThat(claims(refreshed(tokens, Map.of())).getAudience())
        .containsExactly("https://a", "https://b");
  }

  @Test
  void optionalGroupsAreToldWhenAskedForOneByOne() throws Exception {
    String scopes = "openid offline_access wlcg wlcg.groups:/cms/production wlcg.groups:/not/mine";
    JsonNode tokens = browser.login("ada", Map.of("scope", scopes));
    assertThat(claims(tokens).getStringListClaim("wlcg.groups"))
        .startsWith("/cms/production")
        .contains("/cms")
        .doesNotContain("/not/mine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"storage.read:/../etc", "storage.read", "admin", "wlcg.groups:x"})
  void scopesThatTheClientHasNotAreRefused(String scope) {
    assertThatThrownBy(() -> browser.login("bob", Map.of("scope", "openid " + scope)))
        .hasMessageContaining("invalid_scope");
  }

  @Test
  void pathsAreComparedByTheirBeginningsAsIamDoes() {
    assertThat(AskedScopes.allowed(List.of("storage.read:/cms"), "storage.read:/cms-other"))
        .contains("storage.read:/cms-other");
    assertThat(AskedScopes.allowed(List.of("storage.read:/cms"), "storage.read:/atlas"))
        .doesNotContain("storage.read:/atlas");
  }

  @Test
  void refreshTokensAreReusedOrReplacedOrEndTheLogin() throws Exception {
    JsonNode tokens = browser.login("bob", Map.of());
    assertThat(refresh(refreshed(tokens, Map.of()))).isEqualTo(refresh(tokens));
    iam.switches().change(Map.of("refresh", "ROTATE"));
    JsonNode second = refreshed(tokens, Map.of());
    assertThat(refresh(second)).isNotEqualTo(refresh(tokens));
    assertThat(refuse(refresh(tokens))).contains("invalid_grant");
    JsonNode third = refreshed(second, Map.of());
    iam.switches().change(Map.of("refresh", "STRICT"));
    assertThat(refuse(refresh(second))).contains("invalid_grant");
    assertThat(refuse(refresh(third))).contains("invalid_grant");
    assertThat(iam.switches().counted("replayed")).isOne();
  }

  @Test
  void withoutOfflineAccessThereIsNoRefreshToken() throws Exception {
    assertThat(browser.login("bob", Map.of("scope", "openid")).has("refresh_token")).isFalse();
  }

  @Test
  void livesAreInSeconds() throws Exception {
    iam.switches().change(Map.of("accessSeconds", 7));
    JsonNode tokens = browser.login("bob", Map.of());
    assertThat(tokens.path("expires_in").asInt()).isBetween(5, 7);
    assertThatThrownBy(() -> iam.switches().change(Map.of("accessSeconds", 0)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> iam.switches().change(Map.of("acessSeconds", 5)))
        .hasMessageContaining("acessSeconds");
  }

  @Test
  void suspendedUsersAndThoseWhoHaveNotSignedAreRefused() throws Exception {
    JsonNode tokens = browser.login("bob", Map.of());
    iam.switches().change(Map.of("suspended", List.of("bob")));
    assertThat(refuse(refresh(tokens))).contains("invalid_grant", "suspended");
    assertThat(introspect(tokens).path("active").asBoolean()).isFalse();
    assertThat(location(new Browser(iam).logIn("bob", Map.of()))).endsWith("problem=suspended");
    iam.switches().change(Map.of("suspended", List.of(), "unsigned", List.of("bob")));
    assertThat(refuse(refresh(tokens))).contains("invalid_grant", "sign AUP");
    Browser other = new Browser(iam);
    assertThat(location(other.logIn("bob", Map.of()))).endsWith("problem=policy");
    assertThat(other.get(iam.base() + "/login?problem=policy").body()).contains("name=\"policy\"");
    other.logIn("bob", Map.of("policy", "signed"));
    assertThat(iam.switches().terms().unsigned()).isEmpty();
    assertThat(refresh(refreshed(tokens, Map.of()))).isNotEmpty();
  }

  @Test
  void userinfoHasGroupsAndWhatIsRevokedIsNotActive() throws Exception {
    JsonNode tokens = browser.login("ada", Map.of());
    String bearer = "Bearer " + tokens.path("access_token").asString();
    JsonNode info =
        JSON.readTree(browser.get(iam.base() + "/userinfo", "Authorization", bearer).body());
    assertThat(info.path("preferred_username").asString()).isEqualTo("ada");
    assertThat(info.path("wlcg.groups").toString()).contains("/cms/analysis");
    assertThat(
            browser.post("/revoke", Map.of("token", refresh(tokens)), browser.hub()).statusCode())
        .isEqualTo(200);
    assertThat(refuse(refresh(tokens))).contains("invalid_grant");
    assertThat(introspect(tokens).path("active").asBoolean()).isFalse();
  }

  @Test
  void tokensAreExchangedByPolicy() throws Exception {
    JsonNode tokens = browser.login("bob", Map.of());
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", EXCHANGE);
    form.put("subject_token", tokens.path("access_token").asString());
    form.put("subject_token_type", "urn:ietf:params:oauth:token-type:access_token");
    form.put("audience", "https://sidecar");
    form.put("scope", "model.read storage.read:/cms/user");
    JsonNode narrowed = JSON.readTree(browser.token(form).body());
    JWTClaimsSet claims = claims(narrowed);
    assertThat(claims.getAudience()).containsExactly("https://sidecar");
    assertThat(claims.getStringClaim("scope").split(" "))
        .containsExactlyInAnyOrder("model.read", "storage.read:/cms/user");
    assertThat(claims.getJSONObjectClaim("act")).containsEntry("sub", SimSettings.HUB);
    assertThat(narrowed.has("refresh_token")).isFalse();
    iam.switches().change(Map.of("exchange", false));
    assertThat(browser.token(form).body()).contains("unauthorized_client");
  }

  @Test
  void programsLogInByDeviceCode() throws Exception {
    var asked =
        browser.post(
            "/devicecode",
            Map.of("client_id", SimSettings.TERMINAL, "scope", "openid offline_access wlcg"),
            null);
    assertThat(asked.statusCode()).as(asked.body()).isEqualTo(200);
    JsonNode device = JSON.readTree(asked.body());
    assertThat(device.path("verification_uri").asString()).isEqualTo(iam.base() + "/device");
    Map<String, String> poll =
        Map.of(
            "grant_type",
            DEVICE,
            "client_id",
            SimSettings.TERMINAL,
            "device_code",
            device.path("device_code").asString());
    assertThat(browser.post("/token", poll, null).body()).contains("authorization_pending");
    browser.logIn("bob", Map.of());
    String page = browser.get(device.path("verification_uri_complete").asString()).body();
    String code = device.path("user_code").asString();
    assertThat(page).contains("value=\"" + code + "\"");
    var typed =
        browser.post(
            "/device/verify", Map.of("user_code", code, "_csrf", Browser.csrf(page)), null);
    assertThat(location(typed)).endsWith("/device/done");
    JsonNode tokens = JSON.readTree(browser.post("/token", poll, null).body());
    assertThat(claims(tokens).getStringClaim("client_id")).isEqualTo(SimSettings.TERMINAL);
    Map<String, String> again =
        Map.of(
            "grant_type",
            "refresh_token",
            "client_id",
            SimSettings.TERMINAL,
            "refresh_token",
            refresh(tokens));
    assertThat(browser.post("/token", again, null).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ES256", "RS256"})
  void keysChangeWhileOldTokensHold(String algorithm) throws Exception {
    iam.keys().rotate("RS256", false);
    String old = browser.login("bob", Map.of()).path("access_token").asString();
    iam.keys().rotate(algorithm, true);
    String fresh = browser.login("bob", Map.of()).path("access_token").asString();
    assertThat(SignedJWT.parse(fresh).getHeader().getAlgorithm().getName()).isEqualTo(algorithm);
    assertThat(SignedJWT.parse(fresh).getHeader().getKeyID())
        .isNotEqualTo(SignedJWT.parse(old).getHeader().getKeyID());
    TrustedIssuer terms =
        new TrustedIssuer(URI.create(iam.issuer()), Set.of(), true, false, StoragePath.ROOT, null);
    try (TokenValidator validator =
        new TokenValidator(List.of(terms), null, Duration.ZERO, Clock.systemUTC())) {
      assertThat(validator.validate(old).clientId()).isEqualTo(SimSettings.HUB);
      assertThat(validator.validate(fresh).clientId()).isEqualTo(SimSettings.HUB);
    }
  }

  @Test
  void theControlDoorWantsItsSecretAndWorksDuringAnOutage() throws Exception {
    String door = iam.base() + ControlDoor.PATH;
    assertThat(browser.get(door).statusCode()).isEqualTo(401);
    iam.switches().change(Map.of("outage", "REFUSING"));
    assertThat(browser.get(iam.base() + "/jwk").statusCode()).isEqualTo(503);
    var state = browser.get(door, "Authorization", "Bearer " + iam.secrets().control());
    assertThat(state.statusCode()).isEqualTo(200);
    assertThat(JSON.readTree(state.body()).path("terms").path("outage").asString())
        .isEqualTo("REFUSING");
  }

  @Test
  void aStalledProviderAnswersWhenItIsBack() throws Exception {
    iam.switches().change(Map.of("outage", "STALLED"));
    var answer =
        java.util.concurrent.CompletableFuture.supplyAsync(
            () -> {
              try {
                return browser.get(iam.base() + "/jwk").statusCode();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    assertThat(answer).isNotDone();
    iam.switches().change(Map.of("outage", "NONE"));
    assertThat(answer.get(30, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
  void itListensOnLoopbackOnly(String address) {
    assertThatThrownBy(() -> SimSettings.demo(folder, List.of()).on(address))
        .hasMessageContaining("loopback");
    assertThatThrownBy(
            () -> IamSimProgram.settings("--folder", folder.toString(), "--address", address))
        .hasMessageContaining("loopback");
  }

  @Test
  void secretsAreTheOwnersOnly() throws Exception {
    try (var files = Files.list(folder)) {
      List<Path> all = files.toList();
      assertThat(all)
          .extracting(file -> file.getFileName().toString())
          .containsExactlyInAnyOrder(
              "password",
              "control",
              "client-decisionlab-hub",
              "client-decisionlab-hub-plain",
              "client-decisionlab-sidecar");
      for (Path file : all) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .isEqualTo("rw-------");
      }
    }
  }

  private JsonNode refreshed(JsonNode tokens, Map<String, String> more) throws Exception {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "refresh_token");
    form.put("refresh_token", refresh(tokens));
    form.putAll(more);
    var answer = browser.token(form);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private String refuse(String refreshToken) throws Exception {
    var answer =
        browser.token(Map.of("grant_type", "refresh_token", "refresh_token", refreshToken));
    assertThat(answer.statusCode()).isEqualTo(400);
    return answer.body();
  }

  private JsonNode introspect(JsonNode tokens) throws Exception {
    String token = tokens.path("access_token").asString();
    return JSON.readTree(browser.post("/introspect", Map.of("token", token), browser.hub()).body());
  }

  private JWTClaimsSet clientCredentials(String client, Map<String, String> more) throws Exception {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "client_credentials");
    form.put("client_id", client);
    form.put("client_secret", iam.secrets().client(client));
    form.putAll(more);
    var answer = browser.post("/token", form, null);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return claims(JSON.readTree(answer.body()));
  }

  private static JWTClaimsSet claims(JsonNode tokens) throws Exception {
    return SignedJWT.parse(tokens.path("access_token").asString()).getJWTClaimsSet();
  }

  private static String refresh(JsonNode tokens) {
    return tokens.path("refresh_token").asString();
  }

  private static String location(java.net.http.HttpResponse<String> answer) {
    return answer.headers().firstValue("Location").orElse("");
  }
}
