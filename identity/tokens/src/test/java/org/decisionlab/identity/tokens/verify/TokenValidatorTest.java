// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSAEncrypter;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.EncryptedJWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.decisionlab.identity.tokens.scope.StorageOperation;
import org.decisionlab.identity.tokens.scope.StoragePath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a token must say, and be, to hold. */
class TokenValidatorTest extends IssuerAndValidator {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private JWTClaimsSet.Builder claims() {
    return issuer.wlcg(NOW, "storage.read:/cms compute.create");
  }

  private String signed(JWTClaimsSet.Builder claims) throws Exception {
    return TestIssuer.sign(issuer.key("rsa1"), claims.build());
  }

  private String reason(String token) throws Exception {
    InvalidTokenException refused =
        catchThrowableOfType(InvalidTokenException.class, () -> validator.validate(token));
    assertThat(refused).as("refused").isNotNull();
    assertThat(refused.getMessage()).doesNotContain(token).doesNotContain("eyJ");
    return refused.getMessage();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsa1", "ec1"})
  void aTokenOfEitherAlgorithmHolds(String key) throws Exception {
    VerifiedToken token = validator.validate(TestIssuer.sign(issuer.key(key), claims().build()));
    assertThat(token.subject()).isEqualTo("ada");
    assertThat(token.clientId()).isEqualTo("notebooks");
    assertThat(token.name()).isEqualTo("ada@" + issuer.uri());
    assertThat(token.scopes()).containsExactlyInAnyOrder("storage.read:/cms", "compute.create");
    assertThat(token.storage().permit(StorageOperation.READ, StoragePath.of("/cms/a"))).isTrue();
    assertThat(token.expiresAt()).isEqualTo(NOW.plusSeconds(3600));
  }

  @Test
  void aUserHasOneNameHoweverTheIssuerIsWrittenAndAnotherForPeople() throws Exception {
    trust(TrustedIssuer.of(URI.create(issuer.uri() + "/"), Set.of(HERE)));
    VerifiedToken token =
        validator.validate(signed(claims().claim("preferred_username", "Ada L.")));
    assertThat(token.name()).isEqualTo("ada@" + issuer.uri());
    assertThat(token.username()).isEqualTo("Ada L.");
    assertThat(validator.validate(signed(claims().claim("preferred_username", 7))).username())
        .isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt"})
  void theTypesOfAccessTokensAreAccepted(String type) throws Exception {
    String token =
        TestIssuer.sign(
            issuer.key("ec1"), claims().build(), header -> header.type(TestIssuer.type(type)));
    assertThat(validator.validate(token).subject()).isEqualTo("ada");
  }

  @Test
  void oneSlashAtTheEndOfTheIssuerDoesNotMatter() throws Exception {
    issuer.slash = false;
    assertThat(validator.validate(signed(claims())).subject()).isEqualTo("ada");
    issuer.slash = true;
    assertThat(validator.validate(signed(claims().subject("bob"))).subject()).isEqualTo("bob");
    assertThat(reason(signed(claims().issuer(issuer.uri() + "//"))))
        .contains("issuer is not trusted");
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        row("iss", c -> c.issuer("https://evil.example.org/"), "issuer is not trusted"),
        row("no iss", c -> c.issuer(null), "issuer is not trusted"),
        row("iss upper", c -> c.issuer("HTTP://127.0.0.1/realm"), "issuer is not trusted"),
        row("exp now", c -> c.expirationTime(Date.from(NOW)), "expired at 2026-11-21T12:00:00Z"),
        row("exp past", c -> c.expirationTime(Date.from(NOW.minusSeconds(1))), "expired"),
        row("no exp", c -> c.expirationTime(null), "no expiry"),
        row("exp text", c -> c.claim("exp", "soon"), "claims are not those"),
        row("nbf", c -> c.notBeforeTime(Date.from(NOW.plusSeconds(61))), "does not hold before"),
        row("iat", c -> c.issueTime(Date.from(NOW.plusSeconds(61))), "does not hold before"),
        row("no aud", c -> c.audience((String) null), "must have 'aud'"),
        row("aud", c -> c.audience("https://other.example.org"), "not meant for this service"),
        row("aud part", c -> c.audience(HERE + "/"), "not meant for this service"),
        row("any aud", c -> c.audience(TrustedIssuer.ANY_AUDIENCE), "not meant for this service"),
        row("no sub", c -> c.subject(null), "no subject"),
        row("blank sub", c -> c.subject(" "), "no subject"),
        row("no jti", c -> c.jwtID(null), "must have 'jti'"),
        row("no iat", c -> c.issueTime(null), "must have 'iat'"),
        row("ver 2", c -> c.claim("wlcg.ver", "2.0"), "profile is not 1"),
        row("ver number", c -> c.claim("wlcg.ver", 1), "must be a text"),
        row("ver 10", c -> c.claim("wlcg.ver", "10"), "profile is not 1"),
        row("id token nonce", c -> c.claim("nonce", "x"), "ID token"),
        row("id token hash", c -> c.claim("at_hash", "x"), "ID token"),
        row("scope list", c -> c.claim("scope", List.of("a")), "must be a text"),
        row("scope without path", c -> c.claim("scope", "storage.read"), "needs a path"),
        row("scope empty path", c -> c.claim("scope", "openid storage.create:"), "needs a path"),
        row("scope dots", c -> c.claim("scope", "storage.read:/a/../b"), "component '..'"),
        row("groups text", c -> c.claim("wlcg.groups", "/cms"), "must be a list"),
        row("groups numbers", c -> c.claim("wlcg.groups", List.of(1)), "must be a list"));
  }

  private static Arguments row(
      String name, UnaryOperator<JWTClaimsSet.Builder> change, String expected) {
    return Arguments.of(name, change, expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrong")
  void whatATokenMustSay(String name, UnaryOperator<JWTClaimsSet.Builder> change, String expected)
      throws Exception {
    assertThat(reason(signed(change.apply(claims())))).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "1.0", "1.1", "1.3", "1.17"})
  void everyMinorVersionOfTheProfileWillDo(String version) throws Exception {
    assertThat(validator.validate(signed(claims().claim("wlcg.ver", version)))).isNotNull();
  }

  @Test
  void aTokenHoldsUntilItsVeryEndAlsoWhenRemembered() throws Exception {
    String token = signed(claims());
    assertThat(validator.remembered(token)).isEmpty();
    validator.validate(token);
    clock.pass(Duration.ofSeconds(3599));
    assertThat(validator.remembered(token)).isPresent();
    assertThat(validator.validate(token).subject()).isEqualTo("ada");
    clock.pass(Duration.ofSeconds(1));
    assertThat(validator.remembered(token)).isEmpty();
    assertThat(reason(token)).isEqualTo("the token expired at 2026-11-21T13:00:00Z");
  }

  @Test
  void aGraceIsForThoseWhoWantOne() throws Exception {
    trust(usual(), null, Duration.ofSeconds(10));
    String token = signed(claims());
    clock.pass(Duration.ofSeconds(3609));
    assertThat(validator.validate(token)).isNotNull();
    clock.pass(Duration.ofSeconds(1));
    assertThat(reason(token)).contains("expired");
  }

  @Test
  void audiencesByTheTermsOfTheIssuer() throws Exception {
    trust(
        new TrustedIssuer(
            issuer.uri(), Set.of(HERE, "sidecar"), true, false, StoragePath.ROOT, null));
    assertThat(validator.validate(signed(claims().audience("sidecar")))).isNotNull();
    assertThat(validator.validate(signed(claims().audience(List.of("x", HERE))))).isNotNull();
    assertThat(validator.validate(signed(claims().audience(TrustedIssuer.ANY_AUDIENCE))))
        .isNotNull();
    JWTClaimsSet.Builder plain = claims().claim("wlcg.ver", null).audience((String) null);
    assertThat(reason(signed(plain))).contains("not meant for this service");
    trust(new TrustedIssuer(issuer.uri(), Set.of(HERE), false, true, StoragePath.ROOT, null));
    assertThat(validator.validate(signed(plain))).isNotNull();
    assertThat(reason(signed(claims().audience("x")))).contains("not meant for this service");
  }

  @Test
  void signaturesOfOthersAndOtherFormsAreRefused() throws Exception {
    RSAKey strange = new RSAKeyGenerator(2048).keyID("rsa1").generate();
    assertThat(reason(TestIssuer.sign(strange, claims().build()))).contains("signature is wrong");
    RSAKey unknown = new RSAKeyGenerator(2048).keyID("rsa9").generate();
    assertThat(reason(TestIssuer.sign(unknown, claims().build()))).contains("does not have");
    assertThat(reason(new PlainJWT(claims().build()).serialize())).contains("not signed");
    SignedJWT mac = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims().build());
    mac.sign(new MACSigner(issuer.key("rsa1").toRSAKey().toRSAPublicKey().getEncoded()));
    assertThat(reason(mac.serialize())).contains("RS256 or ES256");
    SignedJWT pss =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.PS256).keyID("rsa1").build(), claims().build());
    pss.sign(new RSASSASigner(issuer.key("rsa1").toRSAKey()));
    assertThat(reason(pss.serialize())).contains("RS256 or ES256");
    EncryptedJWT encrypted =
        new EncryptedJWT(
            new JWEHeader(JWEAlgorithm.RSA_OAEP_256, EncryptionMethod.A128GCM), claims().build());
    encrypted.encrypt(new RSAEncrypter(issuer.key("rsa1").toRSAKey()));
    assertThat(reason(encrypted.serialize())).contains("encrypted");
    String crit =
        TestIssuer.sign(
            issuer.key("rsa1"),
            claims().build(),
            header -> header.criticalParams(Set.of("x")).customParam("x", 1));
    assertThat(reason(crit)).contains("signature");
    String dpop =
        TestIssuer.sign(
            issuer.key("rsa1"),
            claims().build(),
            header -> header.type(TestIssuer.type("dpop+jwt")));
    assertThat(reason(dpop)).contains("type is another one");
    String own =
        TestIssuer.sign(
            strange, claims().build(), header -> header.jwk(strange.toPublicJWK()).keyID(null));
    assertThat(reason(own)).contains("signature is wrong");
  }

  @Test
  void weakKeysAreRefused() throws Exception {
    RSAKey weak = new RSAKeyGenerator(1024, true).keyID("weak").generate();
    issuer.keys.add(weak);
    String content =
        new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("weak").build().toBase64URL()
            + "."
            + claims().build().toPayload().toBase64URL();
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(weak.toPrivateKey());
    signature.update(content.getBytes(StandardCharsets.US_ASCII));
    assertThat(reason(content + "." + Base64URL.encode(signature.sign()))).contains("2048 bits");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "..", "a.b.c", "eyJhbGciOiJSUzI1NiJ9..", "ä.ö.ü", "a b c"})
  void whatIsNoTokenIsRefused(String text) {
    assertThatThrownBy(() -> validator.validate(text)).isInstanceOf(InvalidTokenException.class);
  }

  @Test
  void deepAndLongTokensAreRefused() throws Exception {
    String deep = Base64URL.encode("{\"alg\":\"RS256\",\"x\":" + "[".repeat(9000)).toString();
    assertThat(reason(deep + ".e30.AA")).contains("not a JSON Web Token");
    String good = Base64URL.encode("{\"alg\":\"RS256\"}").toString();
    String claims = Base64URL.encode("{\"iss\":" + "[".repeat(9000)).toString();
    assertThat(reason(good + "." + claims + ".AA")).contains("claims");
    assertThat(reason("x".repeat(16385))).contains("longer than");
  }

  @Test
  void aTokenWithAnyByteChangedIsRefused() throws Exception {
    long seed = 20261121;
    System.out.println("changed tokens: seed " + seed);
    Random random = new Random(seed);
    String token = signed(claims());
    validator.validate(token);
    for (int i = 0; i < 400; i++) {
      StringBuilder changed = new StringBuilder(token);
      int at = random.nextInt(token.length());
      char c = (char) ('!' + random.nextInt(90));
      if (c == token.charAt(at)) {
        continue;
      }
      changed.setCharAt(at, c);
      assertThatThrownBy(() -> validator.validate(changed.toString()))
          .as("seed %d, '%s' at %d", seed, c, at)
          .isInstanceOf(InvalidTokenException.class);
    }
  }

  /** Each is read as the same bytes by a decoder that is not strict. */
  @Test
  void aSignatureIsWrittenInOneWayOnly() throws Exception {
    String token = signed(claims());
    for (int i = 0; i < 50 && !token.substring(token.lastIndexOf('.')).matches(".*-.*_.*"); i++) {
      token = signed(claims().jwtID("number-" + i));
    }
    validator.validate(token);
    int at = token.lastIndexOf('.') + 1;
    String content = token.substring(0, at);
    String signature = token.substring(at);
    assertThat(signature).matches(".*-.*_.*");
    assertThat(reason(content + signature.replace('-', '+'))).contains("signature is wrong");
    assertThat(reason(content + signature.replace('_', '/'))).contains("signature is wrong");
    assertThat(reason(token + "==")).contains("signature is wrong");
    char last = signature.charAt(signature.length() - 1);
    String unused = token.substring(0, token.length() - 1) + (char) (last + 1);
    assertThat(new Base64URL(unused.substring(at)).decode())
        .isEqualTo(new Base64URL(signature).decode());
    assertThat(reason(unused)).contains("signature is wrong");
  }

  @Test
  void groupsFromAnyOfTheProfilesAndNeverBesideCapabilities() throws Exception {
    JWTClaimsSet.Builder plain = issuer.wlcg(NOW, "openid profile offline_access wlcg");
    VerifiedToken wlcg = validator.validate(signed(plain.claim("wlcg.groups", List.of("/cms/x"))));
    assertThat(wlcg.authorizingGroups()).containsExactly("/cms/x");
    plain = issuer.wlcg(NOW, "openid").claim("groups", List.of("cms", "cms/x"));
    assertThat(validator.validate(signed(plain)).authorizingGroups())
        .containsExactlyInAnyOrder("/cms", "/cms/x");
    plain = issuer.wlcg(NOW, "openid").claim("roles", List.of("cms"));
    assertThat(validator.validate(signed(plain)).authorizingGroups()).containsExactly("/cms");
    VerifiedToken capable =
        validator.validate(signed(claims().claim("wlcg.groups", List.of("/a"))));
    assertThat(capable.groups()).containsExactly("/a");
    assertThat(capable.authorizingGroups()).isEmpty();
  }

  @Test
  void aTokenIsNotInWhatIsToldOfIt() throws Exception {
    String token = signed(claims());
    assertThat(validator.validate(token).toString()).doesNotContain("eyJ");
    assertThat(BearerError.invalidToken("a \"b\" \\ \n ü").challenge("sidecar"))
        .isEqualTo(
            "Bearer realm=\"sidecar\", error=\"invalid_token\","
                + " error_description=\"a 'b' ' ? ?\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://iam.example.org/",
        "ftp://iam.example.org/",
        "https://user:secret@iam.example.org/",
        "https:///x",
        "https://iam.example.org/?x=1"
      })
  void issuersAreAskedOverTlsOnly(String issuer) {
    assertThatThrownBy(() -> TrustedIssuer.of(URI.create(issuer), Set.of(HERE)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
