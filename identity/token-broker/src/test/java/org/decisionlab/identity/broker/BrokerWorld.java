// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.decisionlab.identity.iamsim.Browser;
import org.decisionlab.identity.iamsim.IamSim;
import org.decisionlab.identity.iamsim.SimSettings;
import org.decisionlab.identity.iamsim.SimUser;
import org.decisionlab.identity.tokens.http.Sha256;

/** Simulator, hub and broker, and servers of users that ask. */
final class BrokerWorld implements AutoCloseable {

  static final String SIDECAR = "https://sidecar.example";
  private static final int MOST_USERS = 40;
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  final IamSim iam;
  final HubStandIn hub;
  private final Broker broker;
  private final Map<String, String> servers = new HashMap<>();

  /** With a limit of exchanges for each user. */
  BrokerWorld(Path folder, BrokerSettings.Exchange exchange, int exchangesPerMinute)
      throws Exception {
    SimSettings demo = SimSettings.demo(folder, List.of(Browser.CALLBACK));
    List<SimUser> users =
        IntStream.range(0, MOST_USERS)
            .mapToObj(i -> new SimUser("user-" + i, "User " + i, List.of("/cms"), List.of()))
            .toList();
    iam =
        IamSim.start(
            new SimSettings(
                demo.address(), demo.port(), folder, users, demo.clients(), demo.terms()));
    hub = new HubStandIn();
    broker = broker(iam, hub.api(), HubStandIn.BROKER, exchange, exchangesPerMinute);
  }

  /**
   * A broker between a simulator and a hub, for servers that may reach this one service.
   *
   * @param hub address of the hub's API
   * @param token with which the broker asks there
   */
  static Broker broker(
      IamSim iam, URI hub, String token, BrokerSettings.Exchange exchange, int exchangesPerMinute) {
    return Broker.start(
        new BrokerSettings(
            hub,
            token,
            URI.create("http://127.0.0.1:0"),
            "/services/token-broker/",
            Set.of("access:services", "access:services!service=token-broker"),
            iam.base(),
            SimSettings.HUB,
            iam.secrets().client(SimSettings.HUB),
            exchange,
            exchangesPerMinute));
  }

  /** Where servers find the broker. */
  URI address() {
    return broker.address();
  }

  /** The hub's token of a user's server. */
  String server(String user) {
    return Objects.requireNonNull(servers.get(user));
  }

  /** A user whom the broker has not met, logged in at the hub, with a server. */
  String newUser() throws Exception {
    String user = "user-" + servers.size();
    hub.login(user, new Browser(iam).tokens(user, Map.of()));
    servers.put(user, hub.server(user));
    return user;
  }

  /** What the broker answers to a server of a user. */
  HttpResponse<String> ask(String user, String audience, String scope) throws Exception {
    return ask(user, JSON.createObjectNode().put("audience", audience).put("scope", scope));
  }

  /** What the broker answers to a server of a user whose token a service has refused. */
  HttpResponse<String> askInsteadOf(String refused, String user, String audience, String scope)
      throws Exception {
    return ask(
        user,
        JSON.createObjectNode()
            .put("audience", audience)
            .put("scope", scope)
            .put("refused", Sha256.hex(refused)));
  }

  /** What the broker answers to a server of a user. */
  HttpResponse<String> ask(String user, ObjectNode question) throws Exception {
    return ask(broker, servers.get(user), question.toString());
  }

  /** What a broker answers to whoever shows a token of the hub. */
  static HttpResponse<String> ask(Broker which, String hubToken, String question) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(which.address().resolve("token"))
            .timeout(LONG)
            .header("Authorization", "token " + hubToken)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(question))
            .build();
    return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** What a page is for whoever shows a token of the hub, or none where that is null. */
  static HttpResponse<String> get(URI uri, String hubToken) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(LONG);
    if (hubToken != null) {
      request.header("Authorization", "token " + hubToken);
    }
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** The token that a user is given for a scope at an audience. */
  String token(String user, String audience, String scope) throws Exception {
    return given(ask(user, audience, scope));
  }

  /** The token in an answer. */
  static String given(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body()).path("access_token").asText();
  }

  static JWTClaimsSet claims(String token) throws Exception {
    return SignedJWT.parse(token).getJWTClaimsSet();
  }

  /** Waits until this holds, a minute at most. */
  static void await(Callable<Boolean> condition) throws Exception {
    await("this holds", condition);
  }

  /**
   * The same.
   *
   * @param what the condition in words
   */
  static void await(String what, Callable<Boolean> condition) throws Exception {
    Instant end = Instant.now().plusSeconds(60);
    while (!condition.call()) {
      assertThat(Instant.now()).as("waited too long until " + what).isBefore(end);
      LockSupport.parkNanos(50_000_000);
    }
  }

  @Override
  public void close() {
    broker.close();
    hub.close();
    iam.close();
  }
}
