// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.JWTClaimsSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which tokens an issuer is asked about, and what comes of the answer. */
class IntrospectionTest extends IssuerAndValidator {

  @TempDir Path folder;

  @BeforeEach
  void start() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "hush\n");
    trust(asked("sidecar", secret, false));
    issuer.introspection.putAll(
        Map.of("active", true, "scope", "model.read", "groups", List.of("cms")));
  }

  private String token(String scope, String groups) throws Exception {
    JWTClaimsSet.Builder claims =
        issuer.wlcg(clock.instant(), "").claim("scope", scope.equals("none") ? null : scope);
    if (!groups.equals("none")) {
      claims.claim("wlcg.groups", groups.equals("[]") ? List.of() : List.of(groups));
    }
    return TestIssuer.sign(issuer.key("rsa1"), claims.build());
  }

  private static Set<String> told(boolean asked) {
    return asked ? Set.of("model.read") : Set.of();
  }

  @ParameterizedTest
  @CsvSource({
    "none, none, true",
    "none, [], true",
    "openid, none, true",
    "openid, [], true",
    "openid profile email address phone offline_access, none, true",
    "openid wlcg, none, true",
    "iam, none, true",
    "wlcg.groups, none, true",
    "openid wlcg.groups:/cms, none, true",
    "none, /cms, false",
    "openid, /cms, false",
    "storage.read:/cms, none, false",
    "openid storage.read:/cms, none, false",
    "compute.read, none, false",
    "host.auth, none, false",
    "openid model.read, none, false",
    "wlcg.groupsX, none, false",
    "openids, none, false",
    "storage.read:/cms, /cms, false"
  })
  void anIssuerIsAskedAboutTokensThatSayNothingOfRights(String scope, String groups, boolean asked)
      throws Exception {
    String text = token(scope, groups);
    VerifiedToken token = validator.validate(text);
    assertThat(issuer.introspections).hasValue(asked ? 1 : 0);
    Set<String> own = scope.equals("none") ? Set.of() : Set.of(scope.split(" ", -1));
    assertThat(token.scopes())
        .as("scopes that a token names itself are all it has")
        .containsExactlyInAnyOrderElementsOf(own.isEmpty() ? told(asked) : own);
    assertThat(token.groups().contains("/cms")).isEqualTo(asked || groups.equals("/cms"));
    validator.validate(text);
    assertThat(issuer.introspections).as("once").hasValue(asked ? 1 : 0);
  }

  /** INDIGO IAM 1.12 tells a list, later releases one text; a group is a group in both. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"cms,decisionlab/admins | /cms /decisionlab/admins", "cms | /cms", "'' | ''"})
  void groupsThatAreToldInOneTextAreReadTheSame(String told, String groups) throws Exception {
    issuer.introspection.put("groups", told);
    Set<String> expected = groups.isEmpty() ? Set.of() : Set.of(groups.split(" ", -1));
    assertThat(validator.validate(token("none", "none")).groups())
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  /** In a token itself the claim is a list, and nothing else is one. */
  @Test
  void groupsOfATokenItselfAreAList() throws Exception {
    JWTClaimsSet claims = issuer.wlcg(clock.instant(), "openid").claim("groups", "cms").build();
    String text = TestIssuer.sign(issuer.key("rsa1"), claims);
    assertThatThrownBy(() -> validator.validate(text))
        .isInstanceOf(InvalidTokenException.class)
        .hasMessageContaining("'groups' must be a list");
  }

  @Test
  void tokensThatCarryTheirGroupsHoldWhileNobodyCanBeAsked() throws Exception {
    Files.delete(folder.resolve("secret"));
    assertThatThrownBy(() -> validator.validate(token("none", "none")))
        .isInstanceOf(IssuerUnavailableException.class);
    assertThat(validator.validate(token("openid", "/cms")).groups()).containsExactly("/cms");
  }

  /** Nobody can tell more of them, so they permit nothing; the issuer is not away. */
  @Test
  void whereAnIssuerAnswersNoQuestionsAboutTokensTheyAreWhatTheySay() throws Exception {
    issuer.introspects = false;
    assertThat(validator.validate(token("openid", "none")).groups()).isEmpty();
    assertThat(issuer.introspections).hasValue(0);
  }
}
