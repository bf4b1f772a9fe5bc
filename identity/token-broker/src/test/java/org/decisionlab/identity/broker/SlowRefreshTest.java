// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.decisionlab.identity.broker.BrokerWorld.await;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.decisionlab.identity.iamsim.Browser;
import org.decisionlab.identity.tokens.http.Sha256;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A provider that is slow to answer a refresh has replaced the refresh token all the same, and ends
 * the login when it sees the old one again.
 */
class SlowRefreshTest {

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir Path folder;
  private BrokerWorld world;
  private String user;
  private String refreshToken;

  @BeforeEach
  void start() throws Exception {
    world = new BrokerWorld(folder, BrokerSettings.Exchange.AUTO, 40);
    world.iam.switches().change(Map.of("refresh", "STRICT"));
    user = world.newUser();
    BrokerWorld.given(world.ask(user, BrokerWorld.SIDECAR, "model.read"));
    refreshToken = world.hub.refreshToken(user);
  }

  @AfterEach
  void stop() {
    world.iam.switches().change(Map.of("outage", "NONE"));
    world.close();
  }

  private CompletableFuture<HttpResponse<String>> asked(ObjectNode question) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return world.ask(user, question);
          } catch (Exception e) {
            throw new CompletionException(e);
          }
        });
  }

  private void assertTheLoginLives() throws Exception {
    assertThat(world.iam.switches().counted("refresh_token")).as("one refresh").isOne();
    assertThat(world.iam.switches().counted("refresh_token.refused")).isZero();
    String now = world.hub.refreshToken(user);
    assertThat(now).isNotEqualTo(refreshToken);
    Map<String, String> form = Map.of("grant_type", "refresh_token", "refresh_token", now);
    assertThat(new Browser(world.iam).token(form).statusCode())
        .as("good for one more")
        .isEqualTo(200);
  }

  @Test
  void aRefreshThatNobodyWaitsForAnyMoreIsStoredWhenItIsAnswered() throws Exception {
    String own = world.hub.accessToken(user);
    world.iam.switches().change(Map.of("outage", "STALLED"));
    HttpResponse<String> first =
        world.ask(user, JSON.createObjectNode().put("refused", Sha256.hex(own)));
    assertThat(first.statusCode()).as(first.body()).isEqualTo(503);
    assertThat(first.body()).contains("not renewed yet", "ask again").doesNotContain("eyJ");
    assertThat(BrokerWorld.given(world.ask(user, JSON.createObjectNode())))
        .as("to who does not say that it was refused")
        .isEqualTo(own);
    assertThat(world.hub.refreshToken(user)).isEqualTo(refreshToken);
    world.iam.switches().change(Map.of("outage", "NONE"));
    await("the login is stored", () -> !world.hub.refreshToken(user).equals(refreshToken));
    String renewed = world.hub.accessToken(user);
    assertThat(renewed).isNotEqualTo(own);
    await(
        "it is given",
        () -> BrokerWorld.given(world.ask(user, JSON.createObjectNode())).equals(renewed));
    assertTheLoginLives();
  }

  @Test
  void whoHasNoTokenElseWaitsForALateAnswer() throws Exception {
    world.iam.switches().change(Map.of("accessSeconds", 1));
    world.hub.login(user, new Browser(world.iam).tokens(user, Map.of()));
    refreshToken = world.hub.refreshToken(user);
    Instant ended = BrokerWorld.claims(world.hub.accessToken(user)).getExpirationTime().toInstant();
    Instant readAnew = Instant.now().plusSeconds(3);
    await(
        "the token has ended, and the hub is asked for the login",
        () -> Instant.now().isAfter(ended) && Instant.now().isAfter(readAnew));
    world.iam.switches().change(Map.of("accessSeconds", 3600, "outage", "STALLED"));
    Instant late = Instant.now().plus(Waits.ANSWER).plusSeconds(4);
    CompletableFuture<HttpResponse<String>> answer = asked(JSON.createObjectNode());
    await("it is late", () -> Instant.now().isAfter(late));
    assertThat(answer.isDone()).as("who asks still waits").isFalse();
    world.iam.switches().change(Map.of("outage", "NONE"));
    assertThat(BrokerWorld.given(answer.get(LONG.toSeconds(), TimeUnit.SECONDS)))
        .isEqualTo(world.hub.accessToken(user));
    assertTheLoginLives();
  }

  /** A login whose token is to be renewed, and ends before a question has waited as it may. */
  private Instant endsDuringTheWait() throws Exception {
    Duration left = Waits.REFRESH_BESIDE_OLD_TOKEN.minusSeconds(2);
    long life = left.multipliedBy(2).plusSeconds(2).toSeconds();
    world.iam.switches().change(Map.of("accessSeconds", life));
    world.hub.login(user, new Browser(world.iam).tokens(user, Map.of()));
    refreshToken = world.hub.refreshToken(user);
    Instant end = BrokerWorld.claims(world.hub.accessToken(user)).getExpirationTime().toInstant();
    await("little of its life is left", () -> Instant.now().isAfter(end.minus(left)));
    world.iam.switches().change(Map.of("accessSeconds", 3600, "outage", "STALLED"));
    return end;
  }

  @Test
  void aTokenThatEndsDuringTheWaitIsNotGivenAndTheRefreshIsWaitedFor() throws Exception {
    Instant end = endsDuringTheWait();
    Instant late = Instant.now().plus(Waits.REFRESH_BESIDE_OLD_TOKEN).plusSeconds(4);
    CompletableFuture<HttpResponse<String>> answer = asked(JSON.createObjectNode());
    await("it is late", () -> Instant.now().isAfter(late) && Instant.now().isAfter(end));
    assertThat(answer.isDone()).as("who asks still waits").isFalse();
    world.iam.switches().change(Map.of("outage", "NONE"));
    assertThat(BrokerWorld.given(answer.get(LONG.toSeconds(), TimeUnit.SECONDS)))
        .isEqualTo(world.hub.accessToken(user));
    assertTheLoginLives();
  }

  @Test
  void aTokenThatEndsDuringTheWaitIsNotGivenWhereTheRefreshComesToNothing() throws Exception {
    Instant end = endsDuringTheWait();
    CompletableFuture<HttpResponse<String>> answer = asked(JSON.createObjectNode());
    await("the token has ended", () -> Instant.now().isAfter(end));
    world.hub.storeStatus = 500;
    world.iam.switches().change(Map.of("outage", "NONE"));
    HttpResponse<String> told = answer.get(LONG.toSeconds(), TimeUnit.SECONDS);
    assertThat(told.statusCode()).as(told.body()).isEqualTo(503);
    assertThat(told.body()).contains("store a login").doesNotContain("eyJ");
    world.hub.storeStatus = 200;
    await(
        "it is stored and given",
        () -> world.ask(user, JSON.createObjectNode()).statusCode() == 200);
    assertTheLoginLives();
  }

  @Test
  void aLoginThatCouldNotBeStoredWhenTheAnswerCameIsStoredLater() throws Exception {
    String own = world.hub.accessToken(user);
    ObjectNode question = JSON.createObjectNode().put("refused", Sha256.hex(own));
    world.iam.switches().change(Map.of("outage", "STALLED"));
    assertThat(world.ask(user, question).statusCode()).isEqualTo(503);
    world.hub.storeStatus = 500;
    world.iam.switches().change(Map.of("outage", "NONE"));
    await("the answer came", () -> world.iam.switches().counted("refresh_token") == 1);
    assertThat(world.ask(user, question).statusCode()).isEqualTo(503);
    assertThat(world.hub.refreshToken(user)).isEqualTo(refreshToken);
    world.hub.storeStatus = 200;
    await("it is given", () -> world.ask(user, question).statusCode() == 200);
    assertTheLoginLives();
  }
}
