// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers of a token endpoint, as providers and what stands before them give them. */
class ProviderTest {

  private static final Asked READ = new Asked("https://sidecar.example", List.of("model.read"));
  private static final int CUT_SHORT = -1;
  private static final Duration LONG = Duration.ofMinutes(1);

  private HttpServer server;
  private Provider provider;
  private Login login;
  private volatile int status = 200;
  private volatile String body = "";

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    String base = "http://127.0.0.1:" + server.getAddress().getPort();
    String document =
        "{\"issuer\":\"%1$s\",\"token_endpoint\":\"%1$s/token\",\"grant_types_supported\":[\"%2$s\"]}"
            .formatted(base, "urn:ietf:params:oauth:grant-type:token-exchange");
    server.createContext(
        "/.well-known/openid-configuration", exchange -> answer(exchange, 200, document));
    server.createContext("/token", exchange -> answer(exchange, status, body));
    server.start();
    BrokerSettings settings =
        new BrokerSettings(
            URI.create("http://127.0.0.1:1/hub/api"),
            "hub-token",
            URI.create("http://127.0.0.1:0"),
            "/services/token-broker/",
            Set.of("access:services"),
            URI.create(base),
            "hub",
            "hush",
            BrokerSettings.Exchange.AUTO,
            BrokerSettings.USUAL_EXCHANGES);
    // A pause never ends by a clock that stands.
    provider = new Provider(settings, Clock.fixed(Instant.now(), ZoneOffset.UTC));
    login =
        Login.of(
            JsonMapper.builder()
                .build()
                .readTree("{\"access_token\":\"opaque\",\"refresh_token\":\"again\"}"));
    assertThat(provider.exchanges(Deadline.in(LONG))).isTrue();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      boolean cut = status == CUT_SHORT;
      exchange
          .getResponseHeaders()
          .add("Content-Type", body.startsWith("{") ? "application/json" : "text/html");
      exchange.sendResponseHeaders(cut ? 200 : status, cut ? bytes.length + 100 : bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.getResponseBody().flush();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          400 | {"error":"invalid_scope"}                                | invalid_scope
          400 | {"error":"quota_exceeded","error_description":"enough"}  | refused
          401 | {"error":"invalid_client"}                               | invalid_client
          400 | {"error":"invalid_client"}                               | invalid_target
          403 | {"error":"access_denied"}                                | access_denied
          403 | {"error":"policy_not_signed"}                            | refused
          422 | {"error":"Invalid Token 0123456789abcdef0123456789abcd"} | refused
          """)
  void aRefusalIsToldAndStopsNobody(int answered, String text, String code) throws Exception {
    status = answered;
    body = text;
    assertThatThrownBy(() -> provider.exchanged(login, READ, Deadline.in(LONG)))
        .isInstanceOfSatisfying(
            Provider.RefusedException.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(code);
              assertThat(refused.words()).isNotEmpty().doesNotContain("0123456789abcdef");
            });
    assertThatThrownBy(() -> provider.refreshed(login, "again"))
        .isInstanceOf(Provider.RefusedException.class);
    assertThat(provider.exchanges(Deadline.in(LONG))).as("asked on").isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          404 | <html>no such page</html>            | status 404    | false
          400 | <html>a proxy's page</html>          | status 400    | false
          429 | {"error":"slow_down"}                | status 429    | false
          400 | {"error":"temporarily_unavailable"}  | status 400    | false
          500 | {"error":"server_error"}             | status 500    | false
          200 | <html>log in here</html>             | can be read   | false
          200 | {"token_type":"Bearer"}              | can be read   | false
          200 | {"access_token":                     | can be read   | false
          502 | <html>bad gateway</html>             | status 502    | true
          503 | {"error":"invalid_scope"}            | status 503    | true
          504 | {}                                   | status 504    | true
          -1  | {"access_token":"cut                 | to the end    | true
          """)
  void onlyWhatKeepsEverybodyOutStopsTheNextQuestion(
      int answered, String text, String why, boolean pause) {
    status = answered;
    body = text;
    assertThatThrownBy(() -> provider.exchanged(login, READ, Deadline.in(LONG)))
        .isInstanceOfSatisfying(
            BrokerProblem.class,
            problem -> {
              assertThat(problem.status()).isEqualTo(503);
              assertThat(problem.description()).contains(why);
            });
    Throwable next = catchThrowable(() -> provider.exchanges(Deadline.in(LONG)));
    assertThat(next != null).as("paused").isEqualTo(pause);
  }

  @Test
  void aProviderThatIsNotThereIsLeftAloneForAWhile() {
    server.stop(0);
    assertThatThrownBy(() -> provider.exchanged(login, READ, Deadline.in(LONG)))
        .isInstanceOf(BrokerProblem.class)
        .hasMessageContaining("was not reached");
    assertThatThrownBy(() -> provider.exchanges(Deadline.in(LONG)))
        .isInstanceOf(BrokerProblem.class)
        .hasMessageContaining("a moment ago");
  }

  @Test
  void whatTheProviderSaysBesideATokenIsItsScopes() throws Exception {
    body =
        "{\"access_token\":\"x\",\"token_type\":\"Bearer\",\"expires_in\":60,"
            + "\"scope\":\"model.read model.write\"}";
    assertThat(provider.exchanged(login, READ, Deadline.in(LONG)).scopes())
        .containsExactlyInAnyOrder("model.read", "model.write");
    body = "{\"access_token\":\"x\",\"token_type\":\"Bearer\",\"expires_in\":60}";
    assertThat(provider.exchanged(login, READ, Deadline.in(LONG)).scopes()).isEmpty();
  }
}
