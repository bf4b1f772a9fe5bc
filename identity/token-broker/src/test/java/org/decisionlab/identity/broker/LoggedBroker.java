// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import static org.decisionlab.identity.broker.BrokerWorld.SIDECAR;
import static org.decisionlab.identity.broker.BrokerWorld.claims;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.decisionlab.identity.iamsim.Browser;
import org.decisionlab.identity.iamsim.IamSim;
import org.decisionlab.identity.iamsim.SimSettings;
import org.decisionlab.identity.iamsim.Terms;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A simulator and its log for all the tests of a class, and for each test a hub, a broker and a
 * server of bob. The log has no secret of any of them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class LoggedBroker {

  private final String[] logged;
  private LoggedSecrets log;
  IamSim iam;
  HubStandIn hub;
  Broker broker;

  /** The hub's token of bob's server. */
  String server;

  /** With what is in the log when all tests have run, which shows that it was captured. */
  LoggedBroker(String... logged) {
    this.logged = logged;
  }

  @BeforeAll
  final void startProvider(@TempDir Path folder) {
    log = new LoggedSecrets();
    iam = IamSim.start(SimSettings.demo(folder, List.of(Browser.CALLBACK)));
    log.keep(iam.secrets().client(SimSettings.HUB));
    log.keep(HubStandIn.BROKER);
  }

  @AfterAll
  final void nothingSecretWasLogged() {
    iam.close();
    log.close();
    log.check(logged);
  }

  @BeforeEach
  final void start() throws Exception {
    iam.switches().change(terms -> Terms.USUAL);
    hub = new HubStandIn();
    broker = broker(BrokerSettings.Exchange.AUTO);
    server = hub.server("bob");
  }

  @AfterEach
  final void stop() {
    hub.tokens.keySet().forEach(log::keep);
    hub.states.values().forEach(log::keepTokens);
    broker.close();
    hub.close();
  }

  /** Another broker at the same hub. */
  final Broker broker(BrokerSettings.Exchange exchange) {
    return BrokerWorld.broker(
        iam, hub.api(), HubStandIn.BROKER, exchange, BrokerSettings.USUAL_EXCHANGES);
  }

  /** Logs a user in at the hub, with tokens that live this long from now on. */
  final void login(String user, int seconds) throws Exception {
    iam.switches().change(Map.of("accessSeconds", seconds));
    hub.login(user, new Browser(iam).tokens(user, Map.of()));
    log.keepTokens(hub.states.get(user));
  }

  final HttpResponse<String> refreshAtProvider(String refreshToken) throws Exception {
    return new Browser(iam)
        .token(Map.of("grant_type", "refresh_token", "refresh_token", refreshToken));
  }

  final HttpResponse<String> ask(String hubToken, String question) throws Exception {
    return BrokerWorld.ask(broker, hubToken, question);
  }

  static String question(String scopes) {
    return "{\"audience\": \"" + SIDECAR + "\", \"scope\": \"" + scopes + "\"}";
  }

  /** The token in an answer. */
  final String token(HttpResponse<String> answer) throws Exception {
    String token = BrokerWorld.given(answer);
    log.keep(token);
    return token;
  }

  static Instant expiry(String token) throws Exception {
    return claims(token).getExpirationTime().toInstant();
  }
}
