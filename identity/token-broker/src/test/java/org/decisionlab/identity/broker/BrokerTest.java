// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.decisionlab.identity.iamsim.Browser;
import org.decisionlab.identity.iamsim.IamSim;
import org.decisionlab.identity.iamsim.SimSettings;
import org.decisionlab.identity.iamsim.Terms;
import org.decisionlab.identity.tokens.http.JsonDoor;
import org.decisionlab.identity.tokens.source.AccessToken;
import org.decisionlab.identity.tokens.source.BrokerTokens;
import org.decisionlab.identity.tokens.source.TokenRequest;
import org.decisionlab.identity.tokens.source.TokenUnavailableException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String SIDECAR = "https://sidecar.example";
  private static final String WEAK = "hub-token-weak-0001";
  private static final String SERVICE = "hub-token-service-0001";
  private static final String SCRAPER = "hub-token-scraper-0001";
  private static final String LOGGING = "org.springframework.boot.logging.LoggingSystem";
  private static final Duration LONG = Duration.ofSeconds(60);

  /** Everything that is logged: by the house as it is, by libraries as the program writes it. */
  private static final class Captured extends Handler {
    private final StringWriter lines = new StringWriter();
    private final Formatter plain = new SimpleFormatter();
    private final Formatter redacted = new RedactedFormatter();

    @Override
    public void publish(LogRecord record) {
      boolean own = String.valueOf(record.getLoggerName()).startsWith("org.decisionlab");
      lines.write((own ? plain : redacted).format(record));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @TempDir static Path folder;
  private static IamSim iam;
  private static final Captured LOG = new Captured();
  private static final Set<String> SECRETS = ConcurrentHashMap.newKeySet();
  private static final List<Logger> LOUD = new ArrayList<>();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private HubStandIn hub;
  private Broker broker;
  private String server;

  @BeforeAll
  static void startProvider() {
    // Else each start of Spring Boot would take the handler away that captures the log.
    System.setProperty(LOGGING, "none");
    iam = IamSim.start(SimSettings.demo(folder, List.of(Browser.CALLBACK)));
    Logger root = Logger.getLogger("");
    LOG.setLevel(Level.ALL);
    root.addHandler(LOG);
    for (String name :
        List.of(
            "org.decisionlab.identity.broker",
            "org.springframework.web.client",
            "org.springframework.http",
            "org.springframework.security.oauth2.client")) {
      Logger logger = Logger.getLogger(name);
      logger.setLevel(Level.ALL);
      LOUD.add(logger);
    }
    SECRETS.add(iam.secrets().client(SimSettings.HUB));
    SECRETS.add(HubStandIn.BROKER);
  }

  @AfterAll
  static void nothingSecretWasLogged() {
    iam.close();
    System.clearProperty(LOGGING);
    Logger.getLogger("").removeHandler(LOG);
    LOUD.forEach(logger -> logger.setLevel(null));
    String lines = LOG.lines.toString();
    assertThat(lines).contains("login renewed", "token for " + SIDECAR);
    assertThat(SECRETS).hasSizeGreaterThan(10);
    for (String secret : SECRETS) {
      assertThat(lines.contains(secret)).as("a secret of %d letters", secret.length()).isFalse();
      String signature = secret.substring(secret.lastIndexOf('.') + 1);
      assertThat(lines.contains(signature)).as("a token's signature").isFalse();
    }
  }

  @BeforeEach
  void start() throws Exception {
    iam.switches().change(terms -> Terms.USUAL);
    hub = new HubStandIn();
    broker = broker(BrokerSettings.Exchange.AUTO);
    server = hub.server("bob");
  }

  @AfterEach
  void stop() {
    hub.tokens.keySet().forEach(SECRETS::add);
    hub.states.values().forEach(BrokerTest::keepSecrets);
    broker.close();
    hub.close();
  }

  @Test
  void aKernelGetsANarrowTokenAndNothingElse() throws Exception {
    login("bob", 3600);
    AccessToken token =
        new BrokerTokens(broker.address(), server, new JsonDoor())
            .token(TokenRequest.of(SIDECAR, List.of("model.read", "storage.read:/cms/user")))
            .orElseThrow();
    JWTClaimsSet claims = claims(token.secret());
    assertThat(claims.getAudience()).containsExactly(SIDECAR);
    assertThat(claims.getStringClaim("scope").split(" "))
        .containsExactlyInAnyOrder("model.read", "storage.read:/cms/user");
    assertThat(token.expiresAt()).isEqualTo(claims.getExpirationTime().toInstant());
    JsonNode answer = JSON.readTree(ask(server, "{}").body());
    assertThat(answer.fieldNames()).toIterable().containsExactly("access_token", "expires_at");
    assertThat(answer.path("access_token").asText()).isEqualTo(hub.accessToken("bob"));
  }

  @Test
  void theSameQuestionIsAnsweredFromMemoryForAllServersOfAUser() throws Exception {
    login("bob", 3600);
    String question = question("model.read");
    String first = token(ask(server, question));
    long exchanges = iam.switches().counted("token-exchange");
    assertThat(token(ask(hub.server("bob"), question))).isEqualTo(first);
    assertThat(iam.switches().counted("token-exchange")).isEqualTo(exchanges);
    login("ada", 3600);
    assertThat(token(ask(hub.server("ada"), question))).isNotEqualTo(first);
    assertThat(token(ask(server, question("model.write")))).isNotEqualTo(first);
  }

  @Test
  void twentyRequestsOfTwoServersJustAfterExpiryMakeOneRefresh() throws Exception {
    iam.switches().change(Map.of("refresh", "STRICT"));
    login("bob", 1);
    iam.switches().change(Map.of("accessSeconds", 3600));
    String old = hub.refreshToken("bob");
    String expired = hub.accessToken("bob");
    await(() -> Instant.now().isAfter(expiry(expired)));
    long refreshes = iam.switches().counted("refresh_token");
    long refused = iam.switches().counted("refresh_token.refused");
    String other = hub.server("bob");
    CyclicBarrier together = new CyclicBarrier(20);
    List<Callable<HttpResponse<String>>> asking = new ArrayList<>();
    List<Integer> storedAtAnswer = new java.util.concurrent.CopyOnWriteArrayList<>();
    for (int i = 0; i < 20; i++) {
      String who = i % 2 == 0 ? server : other;
      String question = i % 4 < 2 ? "{}" : question("model.read");
      asking.add(
          () -> {
            together.await(60, TimeUnit.SECONDS);
            HttpResponse<String> answer = ask(who, question);
            storedAtAnswer.add(hub.stored.get());
            return answer;
          });
    }
    ExecutorService threads = Executors.newFixedThreadPool(20);
    try {
      for (Future<HttpResponse<String>> each : threads.invokeAll(asking)) {
        String token = token(each.get());
        assertThat(expiry(token)).isAfter(Instant.now().plusSeconds(1800));
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(iam.switches().counted("refresh_token") - refreshes).isOne();
    assertThat(iam.switches().counted("refresh_token.refused")).isEqualTo(refused);
    assertThat(storedAtAnswer).hasSize(20).containsOnly(1);
    assertThat(hub.refreshToken("bob")).isNotEqualTo(old);
    assertThat(refreshAtProvider(hub.refreshToken("bob")).statusCode()).isEqualTo(200);
  }

  @Test
  void aLoginThatCouldNotBeStoredIsStoredLaterAndNotRefreshedAgain() throws Exception {
    iam.switches().change(Map.of("refresh", "STRICT"));
    login("bob", 1);
    iam.switches().change(Map.of("accessSeconds", 3600));
    String expired = hub.accessToken("bob");
    await(() -> Instant.now().isAfter(expiry(expired)));
    long refreshes = iam.switches().counted("refresh_token");
    hub.storeStatus = 500;
    HttpResponse<String> answer = ask(server, "{}");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("store a login").doesNotContain("eyJ");
    assertThat(ask(server, "{}").statusCode()).isEqualTo(503);
    hub.storeStatus = 200;
    assertThat(token(ask(server, "{}"))).isEqualTo(hub.accessToken("bob"));
    assertThat(iam.switches().counted("refresh_token") - refreshes).isOne();
    assertThat(refreshAtProvider(hub.refreshToken("bob")).statusCode()).isEqualTo(200);
  }

  @Test
  void aLoginThatSomebodyElseRenewedIsTakenOver() throws Exception {
    iam.switches().change(Map.of("refresh", "ROTATE"));
    login("bob", 1);
    iam.switches().change(Map.of("accessSeconds", 3600));
    ObjectNode before = hub.states.get("bob");
    hub.login("bob", refreshAtProvider(hub.refreshToken("bob")).body());
    await(() -> Instant.now().isAfter(expiry(before.path("access_token").asText())));
    hub.answeredOnce.add(before);
    assertThat(token(ask(server, "{}"))).isEqualTo(hub.accessToken("bob"));
  }

  @Test
  void aSuspendedUserIsToldWhatToDoAndComesBackByLoggingIn() throws Exception {
    login("bob", 1);
    String expired = hub.accessToken("bob");
    await(() -> Instant.now().isAfter(expiry(expired)));
    iam.switches().change(Map.of("suspended", List.of("bob"), "accessSeconds", 3600));
    assertThatThrownBy(
            () ->
                new BrokerTokens(broker.address(), server, new JsonDoor()).token(TokenRequest.ANY))
        .isInstanceOf(TokenUnavailableException.class)
        .hasMessageContaining("suspended")
        .hasMessageContaining("log in again");
    long refused = iam.switches().counted("refresh_token.refused");
    assertThat(ask(server, "{}").statusCode()).isEqualTo(403);
    assertThat(iam.switches().counted("refresh_token.refused")).isEqualTo(refused);
    iam.switches().change(Map.of("suspended", List.of(), "unsigned", List.of()));
    login("bob", 3600);
    assertThat(token(ask(server, "{}"))).isEqualTo(hub.accessToken("bob"));
  }

  @Test
  void anUnsignedPolicyIsNamed() throws Exception {
    login("bob", 1);
    String expired = hub.accessToken("bob");
    await(() -> Instant.now().isAfter(expiry(expired)));
    iam.switches().change(Map.of("unsigned", List.of("bob")));
    HttpResponse<String> answer = ask(server, "{}");
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("login_required", "sign AUP", iam.base().toString());
  }

  @Test
  void whileTheProviderIsAwayTheOldTokenIsGivenAsLongAsItLives() throws Exception {
    login("bob", 12);
    String old = hub.accessToken("bob");
    String narrow = token(ask(server, question("model.read")));
    iam.switches().change(Map.of("outage", "REFUSING"));
    await(() -> Instant.now().isAfter(expiry(narrow).minusSeconds(5)));
    if (Instant.now().isBefore(expiry(old).minusSeconds(1))) {
      assertThat(token(ask(server, "{}"))).isEqualTo(old);
      assertThat(token(ask(server, question("model.read")))).isEqualTo(narrow);
    }
    await(() -> Instant.now().isAfter(expiry(narrow)));
    HttpResponse<String> answer = ask(server, "{}");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(answer.body()).contains("temporarily_unavailable", iam.base().toString());
    iam.switches().change(Map.of("outage", "NONE", "accessSeconds", 3600));
    await(() -> ask(server, "{}").statusCode() == 200);
    assertThat(token(ask(server, question("model.read")))).isNotEqualTo(narrow);
  }

  @Test
  void theBrokerStartsWhileProviderAndHubAreAway() throws Exception {
    login("bob", 3600);
    hub.away = true;
    iam.switches().change(Map.of("outage", "REFUSING"));
    try (Broker late = broker(BrokerSettings.Exchange.AUTO)) {
      assertThat(get(late.address().resolve("health"), null).statusCode()).isEqualTo(200);
      HttpResponse<String> answer = ask(late, server, question("model.read"));
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body()).contains("the hub");
      hub.away = false;
      assertThat(ask(late, server, question("model.read")).statusCode()).isEqualTo(503);
      iam.switches().change(Map.of("outage", "NONE"));
      await(() -> ask(late, server, question("model.read")).statusCode() == 200);
    }
  }

  @Test
  void withoutExchangeTheLoginsTokenIsPassedOnWhereItFits() throws Exception {
    iam.switches().change(Map.of("exchange", false));
    login("bob", 3600);
    assertThat(token(ask(server, question("model.read storage.read:/cms/user"))))
        .isEqualTo(hub.accessToken("bob"));
    HttpResponse<String> answer = ask(server, question("storage.read:/atlas"));
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("insufficient_scope", "storage.read:/atlas");
    assertThat(ask(server, question("storage.read:/cms-other")).statusCode()).isEqualTo(403);
    hub.login("bob", new Browser(iam).tokens("bob", Map.of("audience", "https://x")));
    try (Broker other = broker(BrokerSettings.Exchange.AUTO)) {
      answer = ask(other, server, question("model.read"));
      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(answer.body()).contains("invalid_target", "https://x", SIDECAR);
    }
    try (Broker strict = broker(BrokerSettings.Exchange.ALWAYS)) {
      assertThat(ask(strict, server, question("model.read")).body()).contains("exchange tokens");
    }
  }

  @Test
  void scopesThatTheProviderDoesNotGiveAreNamed() throws Exception {
    login("bob", 3600);
    HttpResponse<String> answer = ask(server, question("admin.everything"));
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("invalid_scope", "admin.everything");
  }

  @Test
  void whoMayNotAskIsToldWhy() throws Exception {
    login("bob", 3600);
    assertThat(ask("no-such-token", "{}").statusCode()).isEqualTo(401);
    assertThat(get(broker.address().resolve("token"), null).statusCode()).isEqualTo(405);
    hub.tokens.put(
        WEAK, new HubStandIn.Known("bob", "user", false, List.of("users:activity!user=bob")));
    HttpResponse<String> weak = ask(WEAK, "{}");
    assertThat(weak.statusCode()).isEqualTo(403);
    assertThat(weak.body()).contains("access:services!service=token-broker");
    hub.tokens.put(
        SERVICE, new HubStandIn.Known("cull", "service", true, List.of("access:services")));
    assertThat(ask(SERVICE, "{}").body()).contains("services have no login");
    assertThat(ask(server, "[]").statusCode()).isEqualTo(400);
    assertThat(ask(server, "{\"scope\": 5}").statusCode()).isEqualTo(400);
    assertThat(ask(server, "{\"audience\": \"a b\"}").statusCode()).isEqualTo(400);
    assertThat(ask(server, " ".repeat(17 << 10)).statusCode()).isEqualTo(400);
    String nobody = hub.server("carl");
    hub.states.put("carl", JSON.createObjectNode());
    assertThat(ask(nobody, "{}").body()).contains("login_required", "log in again");
  }

  @Test
  void theLoginOfAnAdminIsNotGivenUpWhenItCouldNotBeStored() throws Exception {
    login("ada", 1);
    hub.admins.put("ada", true);
    String expired = hub.accessToken("ada");
    await(() -> Instant.now().isAfter(expiry(expired)));
    long refreshes = iam.switches().counted("refresh_token");
    HttpResponse<String> answer = ask(hub.server("ada"), "{}");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).contains("admin: true");
    assertThat(iam.switches().counted("refresh_token")).isEqualTo(refreshes);
    HubStandIn.Known own = hub.tokens.get(HubStandIn.BROKER);
    hub.tokens.put(
        HubStandIn.BROKER, new HubStandIn.Known(own.name(), "service", true, own.scopes()));
    assertThat(ask(hub.server("ada"), "{}").statusCode()).isEqualTo(200);
  }

  @Test
  void metricsAreForThoseWhoMayReadThem() throws Exception {
    login("bob", 3600);
    token(ask(server, "{}"));
    URI metrics = broker.address().resolve("metrics");
    assertThat(get(metrics, server).statusCode()).isEqualTo(403);
    hub.tokens.put(
        SCRAPER, new HubStandIn.Known("prometheus", "service", false, List.of("read:metrics")));
    assertThat(get(metrics, SCRAPER).body())
        .contains("token_broker_requests_total{outcome=\"given\"} 1");
  }

  private Broker broker(BrokerSettings.Exchange exchange) {
    return Broker.start(
        new BrokerSettings(
            hub.api(),
            HubStandIn.BROKER,
            URI.create("http://127.0.0.1:0"),
            "/services/token-broker/",
            Set.of("access:services", "access:services!service=token-broker"),
            iam.base(),
            SimSettings.HUB,
            iam.secrets().client(SimSettings.HUB),
            exchange,
            BrokerSettings.USUAL_EXCHANGES));
  }

  private void login(String user, int seconds) throws Exception {
    iam.switches().change(Map.of("accessSeconds", seconds));
    hub.login(user, new Browser(iam).tokens(user, Map.of()));
    keepSecrets(hub.states.get(user));
  }

  private HttpResponse<String> refreshAtProvider(String refreshToken) throws Exception {
    return new Browser(iam)
        .token(Map.of("grant_type", "refresh_token", "refresh_token", refreshToken));
  }

  private HttpResponse<String> ask(String hubToken, String question) {
    return ask(broker, hubToken, question);
  }

  private HttpResponse<String> ask(Broker which, String hubToken, String question) {
    HttpRequest request =
        HttpRequest.newBuilder(which.address().resolve("token"))
            .timeout(LONG)
            .header("Authorization", "token " + hubToken)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(question))
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (java.io.IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpResponse<String> get(URI uri, String hubToken) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(LONG);
    if (hubToken != null) {
      request.header("Authorization", "token " + hubToken);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String question(String scopes) {
    return "{\"audience\": \"" + SIDECAR + "\", \"scope\": \"" + scopes + "\"}";
  }

  private static String token(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    String token = JSON.readTree(answer.body()).path("access_token").asText();
    SECRETS.add(token);
    return token;
  }

  private static void keepSecrets(ObjectNode state) {
    for (String name : List.of("access_token", "refresh_token", "id_token")) {
      if (state.hasNonNull(name)) {
        SECRETS.add(state.path(name).asText());
      }
    }
  }

  private static Instant expiry(String token) {
    try {
      return claims(token).getExpirationTime().toInstant();
    } catch (java.text.ParseException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JWTClaimsSet claims(String token) throws java.text.ParseException {
    return SignedJWT.parse(token).getJWTClaimsSet();
  }

  private static void await(BooleanSupplier condition) {
    Instant end = Instant.now().plus(LONG);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).as("waited too long").isBefore(end);
      java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
    }
  }
}
