// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that change, issuers that are away, questions about tokens. */
class IssuerKeysTest extends IssuerAndValidator {

  @TempDir Path folder;
  private int number;

  @BeforeEach
  void restart() {
    trust(usual(), folder.resolve("keys"), Duration.ZERO);
  }

  private String token(String key) throws Exception {
    return token(key, "openid");
  }

  private String token(String key, String scope) throws Exception {
    return TestIssuer.sign(
        issuer.key(key), issuer.wlcg(clock.instant(), scope).jwtID("number " + number++).build());
  }

  @Test
  void nothingIsAskedBeforeATokenComesAndThenOnce() throws Exception {
    assertThat(issuer.keysFetched).hasValue(0);
    for (int i = 0; i < 20; i++) {
      validator.validate(token(i % 2 == 0 ? "rsa1" : "ec1"));
    }
    assertThat(issuer.keysFetched).hasValue(1);
  }

  @Test
  void aNewKeyIsFoundAndAnOldOneForgotten() throws Exception {
    validator.validate(token("rsa1"));
    String old = token("rsa1");
    issuer.addRsaKey("rsa2");
    clock.pass(Duration.ofSeconds(31));
    assertThat(validator.validate(token("rsa2"))).isNotNull();
    assertThat(validator.validate(old)).isNotNull();
    issuer.keys.remove(issuer.key("rsa1"));
    issuer.addRsaKey("rsa3");
    clock.pass(Duration.ofSeconds(31));
    validator.validate(token("rsa3"));
    assertThat(validator.remembered(old)).isPresent();
    String another = TestIssuer.sign(issuer.key("rsa3"), issuer.wlcg(clock.instant(), "a").build());
    assertThat(validator.validate(another)).isNotNull();
    assertThat(issuer.keysFetched).hasValue(3);
  }

  @Test
  void aFloodOfUnknownKeysAsksOnceInThirtySeconds() throws Exception {
    validator.validate(token("rsa1"));
    RSAKey strange = new RSAKeyGenerator(2048).keyID("strange").generate();
    String token = TestIssuer.sign(strange, issuer.wlcg(clock.instant(), "a").build());
    for (int i = 0; i < 90; i++) {
      assertThatThrownBy(() -> validator.validate(token)).isInstanceOf(InvalidTokenException.class);
      clock.pass(Duration.ofSeconds(1));
    }
    assertThat(issuer.keysFetched.get()).isBetween(3, 4);
  }

  @Test
  void manyFirstTokensAtOnceAskOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      List<Callable<VerifiedToken>> tasks = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        String token = token("ec1");
        tasks.add(() -> validator.validate(token));
      }
      for (var done : threads.invokeAll(tasks, 60, TimeUnit.SECONDS)) {
        assertThat(done.get().subject()).isEqualTo("ada");
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(issuer.keysFetched).hasValue(1);
  }

  @Test
  void anOutageOfTenMinutesIsNotNoticedAndNewKeysAreFoundAfterIt() throws Exception {
    validator.validate(token("rsa1"));
    issuer.down = true;
    for (int minute = 0; minute < 10; minute++) {
      clock.pass(Duration.ofMinutes(1));
      assertThat(validator.validate(token("rsa1"))).isNotNull();
    }
    issuer.addEcKey("ec2");
    String fresh = token("ec2");
    assertThatThrownBy(() -> validator.validate(fresh)).isInstanceOf(InvalidTokenException.class);
    issuer.down = false;
    clock.pass(Duration.ofSeconds(31));
    assertThat(validator.validate(fresh)).isNotNull();
  }

  @Test
  void theCopyOutlivesARestartForTwoDays() throws Exception {
    validator.validate(token("rsa1"));
    issuer.down = true;
    clock.pass(Duration.ofHours(47));
    restart();
    assertThat(validator.validate(token("rsa1"))).isNotNull();
    assertThat(validator.unready()).isEmpty();
    clock.pass(Duration.ofHours(2));
    String late = token("rsa1");
    assertThatThrownBy(() -> validator.validate(late))
        .isInstanceOf(IssuerUnavailableException.class)
        .hasMessageContaining("503");
    assertThat(validator.unready()).hasSize(1);
    issuer.down = false;
    clock.pass(Duration.ofSeconds(31));
    assertThat(validator.validate(late)).isNotNull();
    assertThat(validator.unready()).isEmpty();
  }

  @Test
  void aSpoiledCopyIsNotUsed() throws Exception {
    validator.validate(token("rsa1"));
    Path copy;
    try (var files = Files.list(folder.resolve("keys"))) {
      copy = files.findFirst().orElseThrow();
    }
    assertThat(Files.readString(copy)).contains("rsa1").doesNotContain("\"d\"");
    for (String content :
        List.of("", "{", "{}", "null", Files.readString(copy).replace("/realm", "/x"))) {
      Files.writeString(copy, content);
      issuer.down = true;
      restart();
      String token = token("rsa1");
      assertThatThrownBy(() -> validator.validate(token))
          .isInstanceOf(IssuerUnavailableException.class);
      issuer.down = false;
      clock.pass(Duration.ofSeconds(31));
      assertThat(validator.validate(token)).isNotNull();
    }
  }

  @Test
  void keysAreRefreshedEverySixHoursBesideTheWork() throws Exception {
    validator.validate(token("rsa1"));
    clock.pass(Duration.ofHours(6).plusSeconds(1));
    validator.validate(token("rsa1"));
    await(() -> issuer.keysFetched.get() == 2);
    validator.validate(token("rsa1"));
    assertThat(issuer.keysFetched).hasValue(2);
  }

  @Test
  void aTokenWithoutRightsIsAskedAboutOnce() throws Exception {
    asking(false);
    issuer.introspection.putAll(
        Map.of("active", true, "scope", "openid model.read", "groups", List.of("cms")));
    String plain = plain("jti1");
    VerifiedToken token = validator.validate(plain);
    assertThat(token.scopes()).containsExactlyInAnyOrder("openid", "model.read");
    assertThat(token.groups()).containsExactly("/cms");
    validator.validate(plain);
    assertThat(issuer.introspections).hasValue(1);
    assertThat(issuer.introspectionCredentials)
        .isEqualTo(
            "Basic "
                + Base64.getEncoder()
                    .encodeToString("side+car:se%3Acret%26".getBytes(StandardCharsets.UTF_8)));
    assertThat(issuer.introspectionForm).contains("token=" + plain);
    validator.validate(token("rsa1", "openid model.read"));
    assertThat(issuer.introspections).hasValue(1);

    issuer.introspection.put("active", false);
    clock.pass(Duration.ofMinutes(10));
    assertThatThrownBy(() -> validator.validate(plain))
        .isInstanceOf(InvalidTokenException.class)
        .hasMessageContaining("not active");
    assertThatThrownBy(() -> validator.remembered(plain)).isInstanceOf(InvalidTokenException.class);
    assertThat(issuer.introspections).hasValue(2);

    issuer.down = true;
    String other = plain("jti2");
    int before = issuer.asked.get();
    for (int i = 0; i < 3; i++) {
      clock.pass(Duration.ofSeconds(1));
      assertThatThrownBy(() -> validator.validate(other))
          .isInstanceOf(IssuerUnavailableException.class)
          .hasMessageContaining("status 503");
    }
    assertThat(issuer.asked).as("a failure is not repeated at once").hasValue(before + 1);
    clock.pass(Duration.ofSeconds(5));
    issuer.down = false;
    issuer.introspection.put("active", true);
    assertThat(validator.validate(other).groups()).containsExactly("/cms");
  }

  /** Also tokens that say what they permit, and again after 30 s; that stays what it was. */
  @Test
  void everyTokenIsAskedAboutWhereThatIsWanted() throws Exception {
    asking(true);
    issuer.introspection.putAll(Map.of("active", true, "scope", "admin", "groups", List.of("no")));
    String first = token("rsa1", "openid model.read");
    VerifiedToken token = validator.validate(first);
    assertThat(token.scopes()).containsExactlyInAnyOrder("openid", "model.read");
    assertThat(token.groups()).isEmpty();
    validator.validate(first);
    assertThat(issuer.introspections).hasValue(1);
    issuer.introspection.put("active", false);
    clock.pass(Duration.ofSeconds(31));
    assertThatThrownBy(() -> validator.validate(first))
        .isInstanceOf(InvalidTokenException.class)
        .hasMessageContaining("not active");
    issuer.introspection.put("active", true);
    clock.pass(Duration.ofSeconds(31));
    assertThat(validator.validate(first)).hasToString(token.toString());
    issuer.down = true;
    clock.pass(Duration.ofSeconds(31));
    assertThatThrownBy(() -> validator.validate(first))
        .isInstanceOf(IssuerUnavailableException.class);
  }

  private void asking(boolean always) throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "se:cret&\n");
    trust(asked("side car", secret, always));
  }

  private String plain(String id) throws Exception {
    var builder = issuer.wlcg(clock.instant(), "").jwtID(id);
    return TestIssuer.sign(
        issuer.key("rsa1"),
        builder.claim("wlcg.ver", null).claim("scope", null).audience((String) null).build());
  }

  private static void await(BooleanSupplier condition) {
    Instant limit = Instant.now().plusSeconds(30);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).as("condition within 30 s").isBefore(limit);
      Thread.onSpinWait();
    }
  }
}
