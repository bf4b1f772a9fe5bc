// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.decisionlab.identity.broker.BrokerWorld.SIDECAR;
import static org.decisionlab.identity.broker.BrokerWorld.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.decisionlab.identity.tokens.http.JsonDoor;
import org.decisionlab.identity.tokens.source.BrokerTokens;
import org.decisionlab.identity.tokens.source.TokenRequest;
import org.decisionlab.identity.tokens.source.TokenUnavailableException;
import org.junit.jupiter.api.Test;

/** Logins are renewed once for all who ask, and who must log in again is told so. */
class RenewalTest extends LoggedBroker {

  RenewalTest() {
    super("login renewed", "token for " + SIDECAR);
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
    List<Integer> storedAtAnswer = new CopyOnWriteArrayList<>();
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
}
