// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.decisionlab.identity.tokens.source.BrokerTokens;
import org.junit.jupiter.api.Test;

/** Each wait for the sake of a question ends with the question's time. */
class WaitsTest {

  private static final Duration SHORT = Duration.ofSeconds(1);

  /** Less than any wait that has a limit of its own. */
  private static final Duration LESS_THAN_USUAL = Waits.ANSWER.minusSeconds(1);

  private static final Asked READ = new Asked("https://sidecar.example", List.of("model.read"));
  private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

  /** Goes when it is told to. */
  private static final class Hand extends Clock {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());

    @Override
    public Instant instant() {
      return now.get();
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException("a hand has one zone");
    }

    void on(Duration time) {
      now.updateAndGet(before -> before.plus(time));
    }
  }

  private static BrokerSettings settings(URI hub, URI issuer) {
    return new BrokerSettings(
        hub,
        "hub-token",
        URI.create("http://127.0.0.1:0"),
        "/services/token-broker/",
        Set.of("access:services"),
        issuer,
        "hub",
        "hush",
        BrokerSettings.Exchange.AUTO,
        BrokerSettings.USUAL_EXCHANGES);
  }

  /** Takes connections and says nothing. */
  private static ServerSocket silent() throws Exception {
    return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  private static URI at(ServerSocket socket) {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  private static void endsInTime(ThrowingCallable question) {
    long start = System.nanoTime();
    assertThatThrownBy(question)
        .isInstanceOfSatisfying(
            BrokerProblem.class, problem -> assertThat(problem.status()).isEqualTo(503));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LESS_THAN_USUAL);
  }

  private static Login login() throws Exception {
    return Login.of(
        com.fasterxml.jackson.databind.json.JsonMapper.builder()
            .build()
            .readTree("{\"access_token\":\"opaque\",\"refresh_token\":\"again\"}"));
  }

  @Test
  void whoAsksWaitsLongerThanWhoIsAsked() {
    assertThat(BrokerTokens.WAIT).isGreaterThanOrEqualTo(Waits.SERVER.plusSeconds(5));
    assertThat(Waits.SERVER).isGreaterThanOrEqualTo(Waits.WHO.plus(Waits.ANSWER));
    assertThat(Waits.HUB).isGreaterThan(Waits.REFRESH_BESIDE_OLD_TOKEN.plus(Waits.ANSWER));
    assertThat(Waits.REFRESH).isGreaterThan(Waits.SERVER);
  }

  @Test
  void aHubThatSaysNothingIsLeftWhenTheTimeOfTheQuestionIsOver() throws Exception {
    try (ServerSocket hub = silent()) {
      HubApi api = new HubApi(at(hub), "hub-token");
      Askers askers = new Askers(api);
      endsInTime(() -> askers.of("token", Deadline.in(SHORT)));
      endsInTime(() -> api.kept("bob", Deadline.in(SHORT)));
      endsInTime(() -> api.store("bob", login(), Deadline.in(SHORT)));
      Deadline over = Deadline.in(Duration.ZERO);
      assertThatThrownBy(() -> api.kept("bob", over)).hasMessageContaining("all the time");
    }
  }

  @Test
  void aLockIsWaitedForAsLongAsTheQuestionHasTime() throws Exception {
    try (ServerSocket hub = silent()) {
      BrokerSettings settings = settings(at(hub), at(hub));
      Clock clock = Clock.systemUTC();
      try (Logins logins =
          new Logins(
              new HubApi(at(hub), "hub-token"),
              new Provider(settings, clock),
              new BrokerMetrics(),
              clock)) {
        CountDownLatch has = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread first =
            new Thread(
                () -> {
                  try {
                    logins.locked(
                        "bob",
                        Deadline.in(Duration.ofMinutes(5)),
                        turn -> {
                          has.countDown();
                          return endOf(end);
                        });
                  } catch (BrokerProblem e) {
                    throw new IllegalStateException(e);
                  }
                });
        first.start();
        assertThat(has.await(60, TimeUnit.SECONDS)).isTrue();
        endsInTime(() -> logins.locked("bob", Deadline.in(SHORT), turn -> "never"));
        assertThat(logins.<String>locked("ada", Deadline.in(SHORT), turn -> "other"))
            .isEqualTo("other");
        end.countDown();
        first.join(60_000);
        assertThat(first.isAlive()).isFalse();
      }
    }
  }

  private static boolean endOf(CountDownLatch latch) {
    try {
      return latch.await(5, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aProviderThatHangsIsAskedOnceForItsAddressesAndLeftAloneThen() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    URI issuer = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    AtomicInteger read = new AtomicInteger();
    CountDownLatch end = new CountDownLatch(1);
    var threads = java.util.concurrent.Executors.newCachedThreadPool();
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          if (read.incrementAndGet() > 1) {
            endOf(end);
          }
          byte[] document =
              "{\"issuer\":\"%1$s\",\"token_endpoint\":\"%1$s/token\",\"grant_types_supported\":[\"%2$s\"]}"
                  .formatted(issuer, EXCHANGE)
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, document.length);
          exchange.getResponseBody().write(document);
          exchange.close();
        });
    server.start();
    try {
      Hand clock = new Hand();
      Provider provider = new Provider(settings(issuer, issuer), clock);
      assertThat(provider.exchanges(Deadline.in(Duration.ofMinutes(1)))).isTrue();
      endsInTime(() -> provider.exchanged(login(), READ, Deadline.in(SHORT)));
      assertThat(provider.exchanges(Deadline.in(SHORT)))
          .as("who had little time keeps nobody else away")
          .isTrue();
      clock.on(Duration.ofMinutes(11));
      assertThat(provider.exchanges(Deadline.in(Duration.ofMinutes(1))))
          .as("as it was known before")
          .isTrue();
      int asked = read.get();
      Deadline enough = Deadline.in(Duration.ofMinutes(1));
      endsInTime(() -> provider.exchanges(enough));
      clock.on(Duration.ofSeconds(3));
      assertThat(provider.exchanges(enough)).isTrue();
      assertThat(read).as("not asked again").hasValue(asked);
    } finally {
      end.countDown();
      server.stop(0);
      threads.shutdownNow();
    }
  }
}
