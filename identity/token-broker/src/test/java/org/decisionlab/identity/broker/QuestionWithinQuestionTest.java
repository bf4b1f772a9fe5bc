// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.decisionlab.identity.iamsim.Browser;
import org.decisionlab.identity.iamsim.IamSim;
import org.decisionlab.identity.iamsim.SimSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hub checks a login when it is asked who shows a token, and asks the broker for that. */
class QuestionWithinQuestionTest {

  private static final int SERVERS = 16;
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir Path folder;

  @Test
  void theHubIsAnsweredWhileItIsAskedWhoManyServersAre() throws Exception {
    try (IamSim iam = IamSim.start(SimSettings.demo(folder, List.of(Browser.CALLBACK)));
        HubStandIn hub = new HubStandIn();
        Broker broker =
            BrokerWorld.broker(
                iam,
                hub.api(),
                HubStandIn.BROKER,
                BrokerSettings.Exchange.AUTO,
                BrokerSettings.USUAL_EXCHANGES)) {
      hub.login("bob", new Browser(iam).tokens("bob", Map.of()));
      List<String> servers = IntStream.range(0, SERVERS).mapToObj(i -> hub.server("bob")).toList();
      Queue<Integer> within = new ConcurrentLinkedQueue<>();
      hub.beforeSayingWho =
          token -> {
            if (servers.contains(token)) {
              within.add(asked(broker, hub.server("bob")).join());
            }
          };
      List<CompletableFuture<Integer>> answers =
          servers.stream().map(server -> asked(broker, server)).toList();
      assertThat(answers.stream().map(CompletableFuture::join)).containsOnly(200);
      assertThat(within).hasSize(SERVERS).containsOnly(200);
    }
  }

  private static CompletableFuture<Integer> asked(Broker broker, String hubToken) {
    HttpRequest request =
        HttpRequest.newBuilder(broker.address().resolve("token"))
            .timeout(Duration.ofMinutes(2))
            .header("Authorization", "token " + hubToken)
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    return HTTP.sendAsync(request, HttpResponse.BodyHandlers.discarding())
        .thenApply(HttpResponse::statusCode);
  }
}
