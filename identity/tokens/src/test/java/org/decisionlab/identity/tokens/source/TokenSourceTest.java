// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.decisionlab.identity.tokens.http.JsonDoor;
import org.decisionlab.identity.tokens.http.Sha256;
import org.decisionlab.identity.tokens.source.TestServer.Reply;
import org.decisionlab.identity.tokens.testing.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of a broker that gives each for sixty seconds, and numbers them. */
class TokenSourceTest {

  private static final TokenRequest READ =
      TokenRequest.of("https://sidecar.example.org", List.of("model.read"));

  @TempDir Path folder;
  private final SettableClock clock = new SettableClock();
  private final AtomicInteger given = new AtomicInteger();
  private volatile boolean down;
  private TestServer broker;
  private TokenSource source;

  @BeforeEach
  void start() throws Exception {
    broker =
        new TestServer(
            request ->
                down
                    ? new Reply(403, "{\"error_description\":\"sign the policy at IAM\"}")
                    : new Reply(
                        200,
                        "{\"access_token\":\"token-%d\",\"expires_at\":\"%s\"}"
                            .formatted(given.incrementAndGet(), clock.instant().plusSeconds(60))));
    source = standard(Map.of());
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  private TokenSource standard(Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("DECISIONLAB_TOKEN_BROKER", broker.uri() + "/broker");
    environment.put("JUPYTERHUB_API_TOKEN", "hub-secret");
    return StandardTokens.of(environment, folder, null, new SilentPrompt(), clock);
  }

  @Test
  void theBrokerIsToldWhoAsksAndForWhat() throws Exception {
    assertThat(source.token(READ).secret()).isEqualTo("token-1");
    TestServer.Seen seen = broker.seen.get(0);
    assertThat(seen.method()).isEqualTo("POST");
    assertThat(seen.path()).isEqualTo("/broker/token");
    assertThat(seen.authorization()).isEqualTo("token hub-secret");
    assertThat(seen.body())
        .isEqualTo("{\"audience\":\"https://sidecar.example.org\",\"scope\":\"model.read\"}");
    assertThat(source.from(READ)).contains("token broker");
  }

  @Test
  void aTokenIsRenewedAtThreeQuartersOfItsLifeAndNeverGivenOld() throws Exception {
    for (int second = 0; second < 300; second += 2) {
      AccessToken token = source.token(READ);
      assertThat(Duration.between(clock.instant(), token.expiresAt()))
          .as("after %d s", second)
          .isGreaterThanOrEqualTo(Duration.ofSeconds(14));
      clock.pass(Duration.ofSeconds(2));
    }
    assertThat(given.get()).isBetween(6, 7);
  }

  @Test
  void eachAudienceAndSetOfScopesHasItsOwn() throws Exception {
    AccessToken read = source.token(READ);
    AccessToken any = source.token(TokenRequest.ANY);
    assertThat(any.secret()).isNotEqualTo(read.secret());
    TokenRequest twice =
        TokenRequest.of("https://sidecar.example.org", List.of("model.read", "model.read"));
    assertThat(source.token(twice).secret()).isEqualTo(read.secret());
  }

  @Test
  void manyThreadsAtOnceAskOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(20);
    try {
      for (int round = 1; round <= 5; round++) {
        List<Callable<String>> tasks = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
          tasks.add(() -> source.token(READ).secret());
        }
        for (var done : threads.invokeAll(tasks, 60, TimeUnit.SECONDS)) {
          assertThat(done.get()).isEqualTo("token-" + round);
        }
        clock.pass(Duration.ofSeconds(61));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void theOldTokenIsGivenWhileNoNewOneCanBeHadAndThenTheReason() throws Exception {
    assertThat(source.token(READ).secret()).isEqualTo("token-1");
    down = true;
    clock.pass(Duration.ofSeconds(50));
    assertThat(source.token(READ).secret()).isEqualTo("token-1");
    assertThat(source.token(READ).secret()).isEqualTo("token-1");
    assertThat(broker.seen).as("a failure is not repeated at once").hasSize(2);
    clock.pass(Duration.ofSeconds(10));
    assertThatThrownBy(() -> source.token(READ))
        .isInstanceOf(TokenUnavailableException.class)
        .hasMessage(
            "no token for https://sidecar.example.org with model.read."
                + " token broker: sign the policy at IAM");
    down = false;
    clock.pass(Duration.ofSeconds(2));
    assertThat(source.token(READ).secret()).isEqualTo("token-2");
  }

  @Test
  void aRefusedTokenIsReplacedOnceForAllWhoHadIt() throws Exception {
    AccessToken first = source.token(READ);
    source.refused(READ, first);
    assertThat(source.token(READ).secret()).isEqualTo("token-2");
    source.refused(READ, first);
    assertThat(source.token(READ).secret()).isEqualTo("token-2");
  }

  /** A place that asks its user may take minutes. */
  @Test
  void whoHasATokenIsNotHeldUpByWhoAsksForTheNext() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    TokenProvider slow =
        new TokenProvider() {
          @Override
          public String name() {
            return "slow";
          }

          @Override
          public Optional<AccessToken> token(TokenRequest request)
              throws TokenUnavailableException, InterruptedException {
            if (given.getAndIncrement() > 0) {
              asked.countDown();
              answer.await();
            }
            return Optional.of(
                AccessToken.of("token-" + given.get(), clock.instant().plusSeconds(60)));
          }
        };
    TokenSource held = new TokenSource(List.of(slow), Duration.ofMillis(20), clock);
    AccessToken first = held.token(READ);
    clock.pass(Duration.ofSeconds(50));
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      var next = other.submit(() -> held.token(READ).secret());
      assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(held.token(READ).secret()).as("it still holds").isEqualTo("token-1");
      held.refused(READ, first);
      assertThatThrownBy(() -> held.token(READ)).hasMessageContaining("is being asked for since");
      assertThat(next).isNotDone();
      answer.countDown();
      assertThat(next.get(60, TimeUnit.SECONDS)).isEqualTo("token-2");
      assertThat(held.token(READ).secret()).isEqualTo("token-2");
    } finally {
      other.shutdownNow();
    }
  }

  @Test
  void withoutABrokerItsTokenIsDiscovered() throws Exception {
    down = true;
    TokenSource other = standard(Map.of("BEARER_TOKEN", " found \n"));
    assertThat(other.token(READ).secret()).isEqualTo("found");
    assertThat(other.from(READ)).contains("bearer token discovery");
  }

  @Test
  void nothingSetUpSaysWhatToDo() {
    TokenSource none = StandardTokens.of(Map.of(), folder, null, new SilentPrompt(), clock);
    assertThatThrownBy(() -> none.token(READ))
        .hasMessageContaining("set up, such as BEARER_TOKEN_FILE");
  }

  @Test
  void aTokenIsNeverInWhatIsPrinted() throws Exception {
    assertThat(source.token(READ)).hasToString("access token until 2026-11-21T12:01:00Z");
  }

  @Test
  void theFileIsPrivateFreshAndGoneAtTheEnd() throws Exception {
    Path file = folder.resolve("private/bt");
    try (BearerTokenFile kept = new BearerTokenFile(file, source, TokenRequest.ANY, clock)) {
      await(() -> Files.exists(kept.file()));
      assertThat(Files.readString(file)).isEqualTo("token-1\n");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
          .isEqualTo("rwx------");
    }
    assertThat(file).doesNotExist();
    try (var left = Files.list(folder.resolve("private"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void theFileIsRenewedInTimeAndNeverHalfWritten() throws Exception {
    AtomicInteger number = new AtomicInteger();
    try (TestServer quick =
        new TestServer(
            request ->
                new Reply(
                    200,
                    "{\"access_token\":\"%s\",\"expires_at\":\"%s\"}"
                        .formatted(
                            String.valueOf(number.incrementAndGet()).repeat(500),
                            Instant.now().plusMillis(800))))) {
      TokenSource short800 =
          new TokenSource(
              List.of(new BrokerTokens(quick.uri(), "x", new JsonDoor())),
              Duration.ofSeconds(10),
              Clock.systemUTC());
      Path file = folder.resolve("bt");
      try (BearerTokenFile kept =
          new BearerTokenFile(file, short800, TokenRequest.ANY, Clock.systemUTC())) {
        await(() -> Files.exists(kept.file()));
        while (number.get() < 5) {
          String text = Files.readString(file);
          assertThat(text).matches("(\\d)\\1{499}\n");
        }
      }
    }
  }

  @Test
  void theBrokerIsToldWhichTokenWasRefusedByItsDigestAndOnce() throws Exception {
    AtomicInteger number = new AtomicInteger();
    List<String> asked = new CopyOnWriteArrayList<>();
    try (TestServer broker =
        new TestServer(
            request -> {
              asked.add(request.body());
              return new Reply(
                  200,
                  "{\"access_token\":\"given-%d\",\"expires_at\":\"%s\"}"
                      .formatted(number.incrementAndGet(), Instant.now().plusSeconds(3600)));
            })) {
      TokenSource tokens =
          new TokenSource(
              List.of(new BrokerTokens(broker.uri(), "x", new JsonDoor())),
              Duration.ofSeconds(60),
              Clock.systemUTC());
      AccessToken first = tokens.token(READ);
      tokens.refused(READ, first);
      assertThat(tokens.token(READ).secret()).isEqualTo("given-2");
      tokens.forget();
      tokens.token(READ);
      assertThat(asked).hasSize(3);
      assertThat(asked.get(1))
          .contains("\"refused\":\"" + Sha256.hex("given-1") + "\"")
          .doesNotContain("given-1");
      assertThat(asked.get(0) + asked.get(2)).doesNotContain("refused");
    }
  }

  private static void await(BooleanSupplier condition) {
    Instant limit = Instant.now().plusSeconds(30);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).as("condition within 30 s").isBefore(limit);
      Thread.onSpinWait();
    }
  }
}
