// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.decisionlab.identity.broker.BrokerWorld.await;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.decisionlab.identity.iamsim.Browser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions in flight: what one has of them is not missing to others. */
class QuestionsInFlightTest {

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir Path folder;
  private BrokerWorld world;
  private final CountDownLatch hubGoesOn = new CountDownLatch(1);
  private final AtomicInteger hubIsAsked = new AtomicInteger();

  @BeforeEach
  void start() throws Exception {
    world = new BrokerWorld(folder, BrokerSettings.Exchange.AUTO, 40);
  }

  @AfterEach
  void stop() {
    hubGoesOn.countDown();
    world.iam.switches().change(Map.of("outage", "NONE"));
    world.close();
  }

  private CompletableFuture<HttpResponse<String>> asked(String token, String... header) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(world.address().resolve("token"))
            .timeout(Duration.ofMinutes(2))
            .header("Authorization", "token " + token)
            .POST(HttpRequest.BodyPublishers.ofString("{}"));
    if (header.length > 0) {
      request.headers(header);
    }
    return HTTP.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private List<CompletableFuture<HttpResponse<String>>> asked(int times, String token) {
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      answers.add(asked(token));
    }
    return answers;
  }

  private static HttpResponse<String> got(CompletableFuture<HttpResponse<String>> answer)
      throws Exception {
    return answer.get(LONG.toSeconds(), TimeUnit.SECONDS);
  }

  private static CompletableFuture<HttpResponse<String>> firstDone(
      List<CompletableFuture<HttpResponse<String>>> answers) throws Exception {
    CompletableFuture.anyOf(answers.toArray(CompletableFuture[]::new))
        .get(LONG.toSeconds(), TimeUnit.SECONDS);
    return answers.stream().filter(CompletableFuture::isDone).findFirst().orElseThrow();
  }

  /** A user whose login has ended, at a provider that does not answer: each question waits. */
  private String waiting() throws Exception {
    String user = world.newUser();
    BrokerWorld.given(world.ask(user, BrokerWorld.SIDECAR, "model.read"));
    world.iam.switches().change(Map.of("accessSeconds", 1));
    world.hub.login(user, new Browser(world.iam).tokens(user, Map.of()));
    Instant ended = BrokerWorld.claims(world.hub.accessToken(user)).getExpirationTime().toInstant();
    Instant readAnew = Instant.now().plusSeconds(3);
    await(
        "the token has ended",
        () -> Instant.now().isAfter(ended) && Instant.now().isAfter(readAnew));
    world.iam.switches().change(Map.of("accessSeconds", 3600));
    return user;
  }

  @Test
  void oneQuestionMoreThanAUserMayHaveInFlightIsRefusedAndTheOthersAreAnswered() throws Exception {
    String other = world.newUser();
    String user = waiting();
    world.iam.switches().change(Map.of("outage", "STALLED"));
    var answers = asked(Places.OF_A_USER + 1, world.server(user));
    CompletableFuture<HttpResponse<String>> refused = firstDone(answers);
    assertThat(got(refused).statusCode()).as(got(refused).body()).isEqualTo(429);
    assertThat(got(refused).body())
        .contains("too_many_requests", Places.OF_A_USER + " questions", "ask again");
    assertThat(got(refused).headers().firstValue("Retry-After")).contains("2");
    answers.removeIf(each -> each == refused);
    assertThat(answers).noneMatch(CompletableFuture::isDone);
    assertThat(got(asked(world.server(other))).statusCode()).as("another user").isEqualTo(200);
    String second = world.hub.server(user);
    assertThat(got(asked(second)).statusCode()).as("another server").isEqualTo(429);
    CompletableFuture<HttpResponse<String>> hub =
        asked(second, HubMark.HEADER, new HubMark(HubStandIn.BROKER).of(second));
    String forged = new HubMark("another token").of(second);
    assertThat(got(asked(second, HubMark.HEADER, forged)).statusCode()).isEqualTo(429);
    assertThat(hub).as("the hub's own has a place").isNotDone();
    world.iam.switches().change(Map.of("outage", "NONE"));
    answers.add(hub);
    for (CompletableFuture<HttpResponse<String>> each : answers) {
      assertThat(got(each).statusCode()).as(got(each).body()).isEqualTo(200);
    }
    assertThat(got(asked(world.server(user))).statusCode()).isEqualTo(200);
  }

  /** From now on the hub says of nobody who it is, until it is let. */
  private void stopTheHub() {
    world.hub.beforeSayingWho =
        token -> {
          hubIsAsked.incrementAndGet();
          try {
            hubGoesOn.await(2, TimeUnit.MINUTES);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
  }

  @Test
  void strangersOfWhomTheHubSaysNothingLeaveUsersAndTheHubTheirPlaces() throws Exception {
    String user = world.newUser();
    String stranger = world.newUser();
    world.hub.tokens.put("of-the-hub", world.hub.tokens.get(world.server(user)));
    BrokerWorld.given(world.ask(user, JSON.createObjectNode()));
    stopTheHub();
    List<CompletableFuture<HttpResponse<String>>> strangers = new ArrayList<>();
    for (int i = 0; i < Places.OF_STRANGERS; i++) {
      strangers.add(asked(world.hub.server(stranger)));
    }
    await("the hub is asked who all are", () -> hubIsAsked.get() == Places.OF_STRANGERS);
    HttpResponse<String> more = got(asked(world.hub.server(stranger)));
    assertThat(more.statusCode()).as(more.body()).isEqualTo(503);
    assertThat(more.body()).contains("too many questions at once");
    CompletableFuture<HttpResponse<String>> known = asked(world.server(user));
    CompletableFuture<HttpResponse<String>> hub =
        asked("of-the-hub", HubMark.HEADER, new HubMark(HubStandIn.BROKER).of("of-the-hub"));
    await("both have a place", () -> hubIsAsked.get() > Places.OF_STRANGERS);
    assertThat(hub).isNotDone();
    hubGoesOn.countDown();
    assertThat(got(known).statusCode()).isEqualTo(200);
    assertThat(got(hub).statusCode()).isEqualTo(200);
    for (CompletableFuture<HttpResponse<String>> each : strangers) {
      assertThat(got(each).statusCode()).isIn(200, 429);
    }
  }

  @Test
  void oneTokenOfWhichTheHubSaysNothingHoldsAFewThreads() throws Exception {
    String stranger = world.newUser();
    stopTheHub();
    var answers = asked(Places.OF_A_USER + 1, world.server(stranger));
    CompletableFuture<HttpResponse<String>> refused = firstDone(answers);
    assertThat(got(refused).statusCode()).isEqualTo(429);
    answers.removeIf(each -> each == refused);
    assertThat(answers).noneMatch(CompletableFuture::isDone);
    hubGoesOn.countDown();
    for (CompletableFuture<HttpResponse<String>> each : answers) {
      assertThat(got(each).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void placesAreLeftOnceAndThoseOfAllUsersEnd() throws Exception {
    Places places = new Places();
    List<Places.Place> taken = new ArrayList<>();
    for (int i = 0; i < Places.OF_USERS; i++) {
      taken.add(places.ofUser("user-" + i / Places.OF_A_USER));
    }
    assertThatThrownBy(() -> places.ofUser("user-0")).hasMessageContaining("one user");
    assertThatThrownBy(() -> places.ofUser("another")).hasMessageContaining("at once");
    taken.get(0).close();
    taken.get(0).close();
    Places.Place again = places.ofUser("user-0");
    assertThatThrownBy(() -> places.ofUser("another")).hasMessageContaining("at once");
    again.close();
    places.ofUser("another");
  }
}
