// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.decisionlab.identity.tokens.http.JsonDoor;
import org.decisionlab.identity.tokens.source.TestServer.Reply;
import org.decisionlab.identity.tokens.testing.SettableClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each place that tokens come from. */
class PlacesTest {

  private static final TokenRequest HERE = TokenRequest.of("https://here", List.of("a", "b"));

  @TempDir Path folder;
  private final SettableClock clock = new SettableClock();

  private static String jwt(Instant end, String audience) {
    return new PlainJWT(
            new JWTClaimsSet.Builder().expirationTime(Date.from(end)).audience(audience).build())
        .serialize();
  }

  private DiscoveredTokens discovered(Map<String, String> environment, Path own) {
    return new DiscoveredTokens(environment, folder.resolve("tmp"), own);
  }

  @Test
  void discoveryLooksInFourPlacesInTheirOrder() throws Exception {
    Path temporary = Files.createDirectories(folder.resolve("tmp"));
    Path runtime = Files.createDirectories(folder.resolve("run"));
    String name = DiscoveredTokens.fileName();
    assertThat(name).matches("bt_u\\d+");
    assertThat(discovered(Map.of(), null).token(HERE)).isEmpty();

    Path shared = Files.writeString(temporary.resolve(name), "four\n");
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rw-------"));
    assertThat(secret(Map.of())).isEqualTo("four");
    Files.writeString(runtime.resolve(name), " three ");
    Map<String, String> three = Map.of("XDG_RUNTIME_DIR", runtime.toString());
    assertThat(secret(three)).isEqualTo("three");
    Path named = Files.writeString(folder.resolve("named"), "two");
    assertThat(
            secret(
                Map.of(
                    "XDG_RUNTIME_DIR", runtime.toString(), "BEARER_TOKEN_FILE", named.toString())))
        .isEqualTo("two");
    assertThat(secret(Map.of("BEARER_TOKEN", "one", "BEARER_TOKEN_FILE", named.toString())))
        .isEqualTo("one");
    assertThat(discovered(Map.of("BEARER_TOKEN_FILE", named.toString()), named).token(HERE))
        .as("its own file is no source")
        .hasValueSatisfying(token -> assertThat(token.secret()).isEqualTo("four"));
  }

  private String secret(Map<String, String> environment) throws Exception {
    return discovered(environment, null).token(HERE).orElseThrow().secret();
  }

  @Test
  void discoveryRefusesWhatOthersMayHavePlanted() throws Exception {
    Path temporary = Files.createDirectories(folder.resolve("tmp"));
    Path file = Files.writeString(temporary.resolve(DiscoveredTokens.fileName()), "x");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> secret(Map.of())).hasMessageContaining("chmod 600");
    Files.delete(file);
    Files.createSymbolicLink(file, Files.writeString(folder.resolve("else"), "x"));
    assertThatThrownBy(() -> secret(Map.of())).hasMessageContaining("link");
    assertThatThrownBy(() -> secret(Map.of("BEARER_TOKEN_FILE", folder + "/none")))
        .hasMessageContaining("BEARER_TOKEN_FILE cannot be read");
    assertThatThrownBy(() -> secret(Map.of("BEARER_TOKEN", "two words")))
        .hasMessageContaining("BEARER_TOKEN: it holds characters")
        .hasMessageNotContaining("two words");
    assertThatThrownBy(() -> secret(Map.of("BEARER_TOKEN", jwt(clock.instant(), "https://there"))))
        .hasMessageContaining("for https://there, not for https://here");
  }

  @Test
  void anExpiredTokenThatWasDiscoveredIsNotGiven() {
    TokenSource source =
        StandardTokens.of(
            Map.of("BEARER_TOKEN", jwt(clock.instant().minusSeconds(1), "https://here")),
            folder,
            null,
            new SilentPrompt(),
            clock);
    assertThatThrownBy(() -> source.token(HERE)).hasMessageContaining("expired at");
  }

  @Test
  void theHubsOwnState() throws Exception {
    String token = jwt(clock.instant().plusSeconds(100), "https://here");
    AtomicInteger step = new AtomicInteger();
    try (TestServer hub =
        new TestServer(
            request ->
                switch (step.getAndIncrement()) {
                  case 0 -> new Reply(200, "{\"auth_state\":{\"access_token\":\"" + token + "\"}}");
                  case 1 -> new Reply(200, "{\"auth_state\":null}");
                  default -> new Reply(403, "no");
                })) {
      HubTokens places = new HubTokens(hub.uri(), "ada b", "secret", new JsonDoor());
      assertThat(places.token(HERE).orElseThrow().secret()).isEqualTo(token);
      assertThat(hub.seen.get(0).path()).isEqualTo("/users/ada b");
      assertThat(hub.seen.get(0).authorization()).isEqualTo("token secret");
      assertThatThrownBy(() -> places.token(HERE)).hasMessageContaining("auth_state");
      assertThatThrownBy(() -> places.token(HERE)).hasMessageContaining("status 403");
    }
  }

  @Test
  void anAgentAnswersOverItsSocket() throws Exception {
    Path socket = folder.resolve("agent");
    try (ServerSocketChannel agent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      agent.bind(UnixDomainSocketAddress.of(socket));
      CompletableFuture<String> asked =
          answer(
              agent,
              "{\"status\":\"success\",\"issuer\":\"i\",\"access_token\":\"abc\",",
              "\"expires_at\":1800000000}");
      AccessToken token = new AgentTokens(socket, "mine", "").token(HERE).orElseThrow();
      assertThat(token.secret()).isEqualTo("abc");
      assertThat(token.expiresAt()).isEqualTo(Instant.ofEpochSecond(1800000000));
      assertThat(asked.get(30, TimeUnit.SECONDS))
          .isEqualTo(
              "{\"request\":\"access_token\",\"account\":\"mine\",\"min_valid_period\":60,"
                  + "\"application_hint\":\"Decision Lab\",\"scope\":\"a b\","
                  + "\"audience\":\"https://here\"}");
      asked = answer(agent, "{\"status\":\"failure\",\"error\":\"account not loaded\"}");
      assertThatThrownBy(() -> new AgentTokens(socket, "", "https://iam").token(HERE))
          .hasMessage("account not loaded");
      assertThat(asked.get(30, TimeUnit.SECONDS)).contains("\"issuer\":\"https://iam\"");
    }
    Files.deleteIfExists(socket);
    assertThatThrownBy(() -> new AgentTokens(socket, "mine", "").token(HERE))
        .hasMessageContaining("no word with it");
  }

  private static CompletableFuture<String> answer(ServerSocketChannel agent, String... pieces) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (SocketChannel client = agent.accept()) {
            ByteBuffer in = ByteBuffer.allocate(4096);
            client.read(in);
            for (String piece : pieces) {
              client.write(ByteBuffer.wrap(piece.getBytes(StandardCharsets.UTF_8)));
            }
            return new String(in.array(), 0, in.position(), StandardCharsets.UTF_8);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** A provider of RFC 8628: pending, too fast, then a token; later refreshes, and a refusal. */
  @Test
  void aLoginByDeviceCodeIsShownOnceAndThenRefreshed() throws Exception {
    AtomicInteger polls = new AtomicInteger();
    try (TestServer issuer = new TestServer(request -> device(request, polls))) {
      SilentPrompt prompt = new SilentPrompt();
      TokenSource source =
          StandardTokens.of(
              Map.of(
                  "DECISIONLAB_ISSUER", issuer.uri() + "/", "DECISIONLAB_CLIENT_ID", "notebooks"),
              folder,
              null,
              prompt,
              clock);
      assertThat(source.token(HERE).secret()).isEqualTo("first");
      assertThat(prompt.shown)
          .containsExactly("AB-CD at /device or /device until 2026-11-21T12:05:00Z", "logged in");
      assertThat(issuer.seen.get(1).body())
          .contains("client_id=notebooks", "scope=offline_access a b");
      clock.pass(Duration.ofSeconds(100));
      assertThat(source.token(HERE).secret()).isEqualTo("second");
      assertThat(prompt.shown).hasSize(2);
      assertThat(issuer.seen.get(issuer.seen.size() - 1).body())
          .contains("grant_type=refresh_token", "refresh_token=r1", "scope=a b");
      clock.pass(Duration.ofSeconds(100));
      assertThatThrownBy(() -> source.token(HERE)).hasMessageContaining("refused on the page");
      assertThat(prompt.shown).hasSize(4);
      assertThat(prompt.shown.get(3)).contains("refused on the page");
    }
  }

  @Test
  void whoIsLoggedInAtTheHubIsNotAskedToLogInOnceMore() throws Exception {
    AtomicInteger polls = new AtomicInteger();
    try (TestServer broker = new TestServer(request -> new Reply(403, "{}"));
        TestServer issuer = new TestServer(request -> device(request, polls))) {
      SilentPrompt prompt = new SilentPrompt();
      DeviceLogin login = login(issuer, prompt);
      TokenSource source =
          StandardTokens.of(
              Map.of(
                  "DECISIONLAB_TOKEN_BROKER", broker.uri().toString(), "JUPYTERHUB_API_TOKEN", "t"),
              folder,
              null,
              login,
              prompt,
              clock);
      assertThatThrownBy(() -> source.token(HERE)).hasMessageContaining("403");
      assertThat(issuer.seen).isEmpty();
      login.login(HERE);
      source.forget();
      assertThat(source.token(HERE).secret()).as("a token of that login").isEqualTo("second");
    }
  }

  private DeviceLogin login(TestServer issuer, SilentPrompt prompt) {
    return new DeviceLogin(issuer.uri(), "notebooks", prompt, new JsonDoor(), clock);
  }

  /** The first login has a refresh token, the second has none and is somebody else's. */
  @Test
  void aLoginThatCannotBeRefreshedLeavesNothingOfTheOneBefore() throws Exception {
    AtomicInteger logins = new AtomicInteger();
    try (TestServer issuer =
        new TestServer(
            request ->
                !request.path().equals("/token")
                    ? device(request, new AtomicInteger())
                    : request.body().contains("grant_type=refresh_token")
                        ? new Reply(200, "{\"access_token\":\"refreshed\",\"expires_in\":90}")
                        : logins.getAndIncrement() == 0
                            ? new Reply(
                                200,
                                "{\"access_token\":\"a\",\"expires_in\":90,\"refresh_token\":\"r\"}")
                            : new Reply(
                                200,
                                "{\"access_token\":\"b\",\"expires_in\":90,\"scope\":\"a b c\"}"))) {
      SilentPrompt prompt = new SilentPrompt();
      DeviceLogin login = login(issuer, prompt);
      assertThat(login.login(HERE).secret()).isEqualTo("a");
      assertThat(login.token(HERE).orElseThrow().secret()).isEqualTo("refreshed");
      assertThat(login.login(HERE).secret()).isEqualTo("b");
      assertThat(login.token(HERE).orElseThrow().secret()).isEqualTo("b");
      TokenRequest less = TokenRequest.of("https://here", List.of("c"));
      assertThat(login.token(less).orElseThrow().secret()).isEqualTo("b");
      assertThat(prompt.shown).hasSize(4);
      assertThat(login.ofLogin(TokenRequest.of("https://here", List.of("d")))).isEmpty();
      clock.pass(Duration.ofSeconds(91));
      assertThat(login.isLoggedIn()).isFalse();
      assertThat(login.ofLogin(HERE)).isEmpty();
    }
  }

  @Test
  void twoWhoNeedATokenAreAskedToLogInOnce() throws Exception {
    AtomicInteger polls = new AtomicInteger(1);
    try (TestServer issuer = new TestServer(request -> device(request, polls))) {
      SilentPrompt prompt = new SilentPrompt();
      DeviceLogin login = login(issuer, prompt);
      List<CompletableFuture<String>> both = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        both.add(
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    return login.token(HERE).orElseThrow().secret();
                  } catch (TokenUnavailableException | InterruptedException e) {
                    return String.valueOf(e.getMessage());
                  }
                },
                task -> new Thread(task, "asks").start()));
      }
      assertThat(
              List.of(both.get(0).get(60, TimeUnit.SECONDS), both.get(1).get(60, TimeUnit.SECONDS)))
          .containsExactlyInAnyOrder("first", "second");
      assertThat(prompt.shown).hasSize(2);
    }
  }

  private static Reply device(TestServer.Seen request, AtomicInteger polls) {
    String base = "http://127.0.0.1/";
    return switch (request.path()) {
      case TestServer.METADATA -> TestServer.metadata(request);
      case "/code" ->
          new Reply(
              200,
              "{\"device_code\":\"dc\",\"user_code\":\"AB-CD\",\"verification_uri\":\""
                  + base
                  + "device\",\"interval\":1,\"expires_in\":300}");
      default -> poll(request, polls.getAndIncrement());
    };
  }

  private static Reply poll(TestServer.Seen request, int number) {
    if (request.body().contains("grant_type=refresh_token")) {
      return number == 2
          ? new Reply(200, "{\"access_token\":\"second\",\"expires_in\":90}")
          : new Reply(400, "{\"error\":\"invalid_grant\"}");
    }
    return switch (number) {
      case 0 -> new Reply(400, "{\"error\":\"authorization_pending\"}");
      case 1 ->
          new Reply(200, "{\"access_token\":\"first\",\"expires_in\":90,\"refresh_token\":\"r1\"}");
      default -> new Reply(400, "{\"error\":\"access_denied\"}");
    };
  }
}
