// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
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

  private static final TokenRequest HERE = TokenRequest.of("https://here", List.of("a"));
  private static final Reply TOKEN =
      new Reply(200, "{\"access_token\":\"first\",\"expires_in\":90,\"refresh_token\":\"r1\"}");
  private static final Reply PENDING = new Reply(400, "{\"error\":\"authorization_pending\"}");
  private static final Reply PROXY = new Reply(502, "<html>Bad Gateway</html>");

  /** No answer: the connection is closed. */
  private static final Reply HANGS_UP = new Reply(0, "");

  private final SettableClock clock = new SettableClock();
  private final SilentPrompt prompt = new SilentPrompt();
  private final Deque<Reply> polls = new ArrayDeque<>();

  private Reply answer(Seen request) {
    return switch (request.path()) {
      case "/.well-known/openid-configuration" ->
          new Reply(
              200,
              "{\"token_endpoint\":\"%1$s/token\",\"device_authorization_endpoint\":\"%1$s/code\"}"
                  .formatted("http://" + request.host()));
      case "/code" ->
          new Reply(
              200,
              "{\"device_code\":\"dc\",\"user_code\":\"AB-CD\",\"verification_uri\":"
                  + "\"http://127.0.0.1/device\",\"interval\":1,\"expires_in\":300}");
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
            new Reply(401, "{\"error\":\"invalid_client\",\"error_description\":\"who?\"}"))) {
      polls.clear();
      polls.addAll(List.of(refusal, TOKEN));
      try (TestServer issuer = new TestServer(this::answer)) {
        assertThatThrownBy(() -> login(issuer, prompt).login(HERE))
            .isInstanceOf(TokenUnavailableException.class)
            .hasMessageMatching("(?s).*(the code ended|refused on the page|who\\?).*");
        assertThat(issuer.count("/token")).isEqualTo(1);
      }
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
