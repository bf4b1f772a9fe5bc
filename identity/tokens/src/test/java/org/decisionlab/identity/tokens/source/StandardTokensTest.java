// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.decisionlab.identity.tokens.source.TestServer.Reply;
import org.decisionlab.identity.tokens.testing.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Broker, hub, discovery, agent and device code in one environment: who is asked, in which order.
 */
class StandardTokensTest {

  private static final TokenRequest HERE = TokenRequest.of("https://here", List.of("a"));

  @TempDir Path folder;
  private final SettableClock clock = new SettableClock();

  /** Places in the order in which they were asked; discovery asks nobody. */
  private final List<String> asked = new CopyOnWriteArrayList<>();

  private final Map<String, String> environment = new HashMap<>();
  private volatile Set<String> having = Set.of();
  private TestServer server;
  private ServerSocketChannel agent;
  private Thread answering;

  @BeforeEach
  void start() throws Exception {
    server = new TestServer(this::answer);
    Path socket = folder.resolve("agent");
    agent = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    agent.bind(UnixDomainSocketAddress.of(socket));
    answering = new Thread(this::answerOfAgent, "agent");
    answering.start();
    environment.put("JUPYTERHUB_API_URL", server.uri() + "/hub/api");
    environment.put("JUPYTERHUB_USER", "ada");
    environment.put("JUPYTERHUB_API_TOKEN", "hush");
    environment.put("OIDC_SOCK", socket.toString());
    environment.put("OIDC_AGENT_ACCOUNT", "mine");
    environment.put("DECISIONLAB_ISSUER", server.uri().toString());
    environment.put("DECISIONLAB_CLIENT_ID", "notebooks");
  }

  @AfterEach
  void stop() throws Exception {
    agent.close();
    answering.join(60_000);
    server.close();
  }

  private TokenSource source() {
    return StandardTokens.of(environment, folder, null, new SilentPrompt(), clock);
  }

  /** Which places are set up beside the others, which have a token, which are asked for it. */
  @ParameterizedTest
  @CsvSource({
    "broker, broker hub discovery agent device, broker, token broker",
    "broker, hub discovery agent device, broker, bearer token discovery",
    "broker, hub agent device, broker agent, oidc-agent",
    "none, hub discovery agent device, hub, JupyterHub",
    "none, discovery agent device, hub, bearer token discovery",
    "none, agent device, hub agent, oidc-agent",
    "none, device, hub agent device, login by device code"
  })
  void theFirstThatHasATokenWins(String setUp, String having, String order, String from)
      throws Exception {
    this.having = Set.of(having.split(" ", -1));
    if (setUp.equals("broker")) {
      environment.put("DECISIONLAB_TOKEN_BROKER", server.uri() + "/broker");
    }
    if (this.having.contains("discovery")) {
      environment.put("BEARER_TOKEN", "of-discovery");
    }
    TokenSource source = source();
    String secret = source.token(HERE).secret();
    assertThat(source.from(HERE)).contains(from);
    assertThat(asked).containsExactly(order.split(" ", -1));
    String last = from.equals("bearer token discovery") ? "discovery" : asked.get(asked.size() - 1);
    assertThat(secret).isEqualTo("of-" + last);
  }

  @Test
  void whoHasLoggedInByDeviceCodeComesFirst() throws Exception {
    having = Set.of("broker", "device");
    environment.put("DECISIONLAB_TOKEN_BROKER", server.uri() + "/broker");
    SilentPrompt prompt = new SilentPrompt();
    DeviceLogin login = StandardTokens.login(environment, prompt, clock).orElseThrow();
    TokenSource source = StandardTokens.of(environment, folder, null, login, prompt, clock);
    assertThat(source.token(HERE).secret()).isEqualTo("of-broker");
    login.login(HERE);
    source.forget();
    assertThat(source.token(HERE).secret()).isEqualTo("of-device");
    login.forget();
    source.forget();
    assertThat(source.token(HERE).secret()).isEqualTo("of-broker");
  }

  @Test
  void whenNobodyHasATokenTheReasonsAreToldInTheOrderOfThePlaces() {
    environment.put("DECISIONLAB_TOKEN_BROKER", server.uri() + "/broker");
    environment.put("BEARER_TOKEN", "two words");
    assertThatThrownBy(() -> source().token(HERE))
        .hasMessageMatching(
            "no token for https://here with a\\. token broker: .*; bearer token discovery: .*;"
                + " oidc-agent: .*");
    assertThat(asked)
        .as("beside a broker nobody is asked to log in")
        .containsExactly("broker", "agent");
    environment.remove("DECISIONLAB_TOKEN_BROKER");
    assertThatThrownBy(() -> source().token(HERE))
        .hasMessageMatching(
            "no token for https://here with a\\. JupyterHub: .*; bearer token discovery: .*;"
                + " oidc-agent: .*; login by device code: .*");
    assertThat(asked).containsExactly("broker", "agent", "hub", "agent", "device");
  }

  @ParameterizedTest
  @CsvSource({
    "DECISIONLAB_TOKEN_BROKER, http://broker.example, token broker: an address",
    "DECISIONLAB_TOKEN_BROKER, 'no address', token broker: Illegal character",
    "JUPYTERHUB_API_URL, ftp://hub.example, JupyterHub: an address",
    "JUPYTERHUB_API_URL, http://user:hush@hub.example, JupyterHub: the address",
    "DECISIONLAB_ISSUER, http://iam.example, 'login by device code: DECISIONLAB_ISSUER: an address'"
  })
  void aPlaceThatCannotBeUsedLeavesTheOthers(String name, String value, String why)
      throws Exception {
    environment.put(name, value);
    assertThatThrownBy(() -> source().token(HERE))
        .isInstanceOf(TokenUnavailableException.class)
        .hasMessageContaining(why)
        .hasMessageContaining("oidc-agent: ")
        .hasMessageNotContaining("hush");
    if (name.equals("DECISIONLAB_ISSUER")) {
      assertThat(StandardTokens.login(environment, new SilentPrompt(), clock)).isEmpty();
      assertThat(StandardTokens.loginProblem(environment).orElseThrow()).contains(value);
    }
    having = Set.of("agent");
    assertThat(source().token(HERE).secret()).isEqualTo("of-agent");
    environment.put("BEARER_TOKEN", "of-discovery");
    assertThat(source().token(HERE).secret()).isEqualTo("of-discovery");
  }

  /** An address that is not this machine's own, as that of a hub in a container. */
  @Test
  void theHubsOwnAddressMayBeOfPlainHttp() throws Exception {
    having = Set.of("hub");
    try (TestServer hub = new TestServer(InetAddress.getByName("127.0.0.2"), this::answer)) {
      environment.put("JUPYTERHUB_API_URL", hub.uri() + "/hub/api");
      assertThat(source().token(HERE).secret()).isEqualTo("of-hub");
    }
  }

  private Reply answer(TestServer.Seen request) {
    return switch (request.path()) {
      case "/broker/token" ->
          reply(
              "broker", "{\"access_token\":\"of-broker\",\"expires_at\":\"2026-11-21T13:00:00Z\"}");
      case "/hub/api/users/ada" -> reply("hub", "{\"auth_state\":{\"access_token\":\"of-hub\"}}");
      case TestServer.METADATA -> TestServer.metadata(request);
      case "/code" ->
          reply(
              "device",
              "{\"device_code\":\"dc\",\"user_code\":\"AB\",\"verification_uri\":\""
                  + server.uri()
                  + "/device\",\"interval\":1,\"expires_in\":300}");
      case "/token" ->
          new Reply(
              200,
              "{\"access_token\":\"of-device\",\"expires_in\":90,\"refresh_token\":\"again\"}");
      default -> new Reply(404, "{}");
    };
  }

  private Reply reply(String place, String token) {
    asked.add(place);
    return having.contains(place) ? new Reply(200, token) : new Reply(403, "{}");
  }

  private void answerOfAgent() {
    try {
      while (true) {
        try (SocketChannel client = agent.accept()) {
          client.read(ByteBuffer.allocate(4096));
          asked.add("agent");
          String answer =
              having.contains("agent")
                  ? "{\"status\":\"success\",\"access_token\":\"of-agent\",\"expires_at\":1800000000}"
                  : "{\"status\":\"failure\",\"error\":\"not loaded\"}";
          client.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
        }
      }
    } catch (ClosedChannelException e) {
      asked.add("closed");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
