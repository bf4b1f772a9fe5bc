// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.decisionlab.identity.tokens.http.JsonDoor;
import org.decisionlab.identity.tokens.source.TestServer.Reply;
import org.decisionlab.identity.tokens.source.TestServer.Seen;
import org.decisionlab.identity.tokens.testing.SettableClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A login by device code while the issuer is in trouble, and beside others who want a token. */
@Timeout(300)
class DeviceLoginTest {

  /** What a provider that repeats what it was sent has in its words. */
  private static final String CODE = "0123456789abcdef0123456789abcdef";

  private static final TokenRequest HERE = TokenRequest.of("https://here", List.of("a"));
  private static final Reply TOKEN =
      new Reply(200, "{\"access_token\":\"first\",\"expires_in\":90,\"refresh_token\":\"r1\"}");
  private static final Reply PENDING = new Reply(400, "{\"error\":\"authorization_pending\"}");
  private static final Reply SLOW_DOWN = new Reply(400, "{\"error\":\"slow_down\"}");
  private static final Reply PROXY = new Reply(502, "<html>Bad Gateway</html>");

  /** No answer: the connection is closed. */
  private static final Reply HANGS_UP = new Reply(0, "");

  private final SettableClock clock = new SettableClock();
  private final SilentPrompt prompt = new SilentPrompt();
  private final Deque<Reply> polls = new ArrayDeque<>();

  /** What the answer with the code says of the interval. */
  private String interval = ",\"interval\":1";

  private Reply answer(Seen request) {
    return switch (request.path()) {
      case TestServer.METADATA -> TestServer.metadata(request);
      case "/code" ->
          new Reply(
              200,
              "{\"device_code\":\"dc\",\"user_code\":\"AB-CD\",\"verification_uri\":"
                  + "\"http://127.0.0.1/device\",\"expires_in\":300"
                  + interval
                  + "}");
      default -> polled();
    };
  }

  private synchronized Reply polled() {
    Reply reply = polls.size() > 1 ? polls.remove() : polls.element();
    if (reply.equals(HANGS_UP)) {
      throw new UncheckedIOException(new java.io.IOException("hangs up"));
    }
    return reply;
  }

  private DeviceLogin login(TestServer issuer, LoginPrompt shown) {
    return new DeviceLogin(issuer.uri(), "notebooks", shown, new JsonDoor(), clock);
  }

  @Test
  void anIssuerThatIsNotReachedOrInTroubleIsAskedAgain() throws Exception {
    polls.addAll(List.of(HANGS_UP, PROXY, TOKEN));
    try (TestServer issuer = new TestServer(this::answer)) {
      assertThat(login(issuer, prompt).login(HERE).secret()).isEqualTo("first");
      assertThat(issuer.count("/token")).isEqualTo(3);
      assertThat(prompt.shown.get(1)).isEqualTo("logged in");
    }
  }

  @Test
  void theIssuersTroubleIsToldWhenTheCodeHasEnded() throws Exception {
    try (TestServer issuer =
        new TestServer(
            request -> {
              if (request.path().equals("/token")) {
                clock.pass(Duration.ofSeconds(301));
              }
              return answer(request);
            })) {
      polls.add(new Reply(503, "{\"error\":\"temporarily_unavailable\"}"));
      assertThatThrownBy(() -> login(issuer, prompt).login(HERE))
          .hasMessageContaining("the code ended before somebody logged in")
          .hasMessageContaining("status 503");
    }
  }

  @Test
  void whatTheIssuerSaysOfTheLoginEndsIt() throws Exception {
    for (Reply refusal :
        List.of(
            new Reply(400, "{\"error\":\"expired_token\"}"),
            new Reply(400, "{\"error\":\"access_denied\"}"),
            new Reply(
                401,
                "{\"error\":\"invalid_client\",\"error_description\":\"who? " + CODE + "\"}"))) {
      polls.clear();
      polls.addAll(List.of(refusal, TOKEN));
      try (TestServer issuer = new TestServer(this::answer)) {
        assertThatThrownBy(() -> login(issuer, prompt).login(HERE))
            .isInstanceOf(TokenUnavailableException.class)
            .hasMessageMatching("(?s).*(the code ended|refused on the page|who\\? \\.\\.\\.).*");
        assertThat(issuer.count("/token")).isEqualTo(1);
      }
    }
  }

  /** A login that notes its waits, in seconds, and does not wait. */
  private DeviceLogin timed(TestServer issuer, List<Long> slept) {
    return new DeviceLogin(
        issuer.uri(),
        "notebooks",
        prompt,
        new JsonDoor(),
        clock,
        time -> {
          slept.add(time.toSeconds());
          clock.pass(time);
        });
  }

  /** The waits, in seconds, of one login whose questions are answered so. */
  private List<Long> waits(DeviceLogin login, List<Long> waits, Reply... answers) throws Exception {
    polls.clear();
    polls.addAll(List.of(answers));
    waits.clear();
    login.login(HERE);
    return List.copyOf(waits);
  }

  @Test
  void eachLoginWaitsAsItsOwnIssuerSays() throws Exception {
    List<Long> slept = new ArrayList<>();
    try (TestServer issuer = new TestServer(this::answer)) {
      DeviceLogin login = timed(issuer, slept);
      assertThat(waits(login, slept, PENDING, SLOW_DOWN, PENDING, SLOW_DOWN, PENDING, TOKEN))
          .as("slow_down is for all questions to come of this login")
          .containsExactly(1L, 1L, 6L, 6L, 11L, 11L);
      assertThat(waits(login, slept, PENDING, TOKEN))
          .as("the next login begins as the answer with its code says")
          .containsExactly(1L, 1L);
      interval = ",\"interval\":90";
      assertThat(waits(login, slept, SLOW_DOWN, TOKEN))
          .as("never sooner than the issuer wants it")
          .containsExactly(90L, 95L);
      interval = "";
      assertThat(waits(login, slept, PENDING, TOKEN)).containsExactly(5L, 5L);
    }
  }

  @Test
  void anIssuerThatIsAwayIsAskedMoreAndMoreRarelyUntilItAnswersAgain() throws Exception {
    List<Long> slept = new ArrayList<>();
    interval = ",\"interval\":2";
    try (TestServer issuer = new TestServer(this::answer)) {
      DeviceLogin login = timed(issuer, slept);
      assertThat(waits(login, slept, HANGS_UP, PROXY, PENDING, HANGS_UP, SLOW_DOWN, PROXY, TOKEN))
          .containsExactly(2L, 4L, 8L, 2L, 4L, 7L, 14L);
      assertThatThrownBy(() -> waits(login, slept, HANGS_UP))
          .hasMessageContaining("the code ended before somebody logged in");
      assertThat(slept)
          .as("the wait has an end, and so has the login: with its code")
          .containsExactly(2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L, 58L);
    }
  }

  @Test
  void nobodyElseWaitsWhileSomebodyIsAsked() throws Exception {
    polls.add(PENDING);
    CountDownLatch shown = new CountDownLatch(1);
    Thread asked = Thread.currentThread();
    LoginPrompt both =
        new LoginPrompt() {
          @Override
          public Optional<String> refusal() {
            return Thread.currentThread() == asked
                ? Optional.of("nobody is there to be asked")
                : Optional.empty();
          }

          @Override
          public void show(URI address, URI direct, String code, Instant until) {
            shown.countDown();
          }

          @Override
          public void done(String outcome) {
            prompt.done(outcome);
          }
        };
    try (TestServer issuer = new TestServer(this::answer)) {
      DeviceLogin login = login(issuer, both);
      CompletableFuture<String> waiting = asking(login);
      assertThat(shown.await(60, TimeUnit.SECONDS)).isTrue();
      assertThatThrownBy(() -> login.token(HERE)).hasMessageContaining("nobody is there");
      assertThat(login.ofLogin(HERE)).isEmpty();
      login.forget();
      assertThat(waiting).as("the user is asked all the time").isNotDone();
      assertThat(prompt.shown).isEmpty();
      synchronized (this) {
        polls.add(TOKEN);
      }
      assertThat(waiting.get(60, TimeUnit.SECONDS)).isEqualTo("first");
      assertThat(prompt.shown).containsExactly("logged in");
    }
  }

  private static CompletableFuture<String> asking(DeviceLogin login) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return login.token(HERE).orElseThrow().secret();
          } catch (TokenUnavailableException | InterruptedException e) {
            return String.valueOf(e.getMessage());
          }
        },
        task -> new Thread(task, "asks").start());
  }
}
