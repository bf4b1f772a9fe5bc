// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.decisionlab.identity.broker.BrokerWorld.SIDECAR;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.decisionlab.identity.tokens.source.LoginPrompt;
import org.decisionlab.identity.tokens.source.StandardTokens;
import org.decisionlab.identity.tokens.source.TokenRequest;
import org.decisionlab.identity.tokens.source.TokenSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each question of hub and broker to the provider takes three seconds, and a kernel waits. */
class SlowProviderTest {

  /** Nobody is there who could be asked to log in. */
  private static final class NoPrompt implements LoginPrompt {

    @Override
    public Optional<String> refusal() {
      return Optional.of("nobody is there");
    }

    @Override
    public void show(URI address, URI direct, String code, Instant until) {
      throw new IllegalStateException("nobody is there to read a code");
    }

    @Override
    public void done(String outcome) {}
  }

  private static final int QUESTIONS_OF_THE_HUB = 3;
  private static final Duration ONE_ANSWER = Duration.ofSeconds(6);

  @Test
  void aKernelWaitsForTheHubAndTheHubForTheProvider(@TempDir Path folder, @TempDir Path temporary)
      throws Exception {
    try (BrokerWorld world = new BrokerWorld(folder, BrokerSettings.Exchange.AUTO, 40)) {
      String user = world.newUser();
      Queue<Duration> asked = new ConcurrentLinkedQueue<>();
      world.hub.beforeSayingWho = token -> asked.add(check(world.iam.base()));
      TokenSource kernel = kernel(world, user, temporary);
      world.iam.switches().change(Map.of("outage", "SLOW"));
      Instant start = Instant.now();
      String token = kernel.token(TokenRequest.of(SIDECAR, List.of("model.read"))).secret();
      assertThat(BrokerWorld.claims(token).getAudience()).containsExactly(SIDECAR);
      assertThat(asked)
          .hasSize(1)
          .first()
          .satisfies(each -> assertThat(each).isGreaterThan(ONE_ANSWER));
      assertThat(Duration.between(start, Instant.now())).isGreaterThan(ONE_ANSWER.multipliedBy(2));
    }
  }

  /** What the hub does before it answers: userinfo, a renewal, userinfo again. */
  private static Duration check(URI provider) {
    Instant start = Instant.now();
    HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    HttpRequest question =
        HttpRequest.newBuilder(provider.resolve("/.well-known/openid-configuration"))
            .timeout(Duration.ofMinutes(1))
            .build();
    IntStream.range(0, QUESTIONS_OF_THE_HUB)
        .forEach(i -> http.sendAsync(question, HttpResponse.BodyHandlers.discarding()).join());
    return Duration.between(start, Instant.now());
  }

  private static TokenSource kernel(BrokerWorld world, String user, Path temporary) {
    Map<String, String> environment =
        Map.of(
            "DECISIONLAB_TOKEN_BROKER",
            world.address().toString(),
            "JUPYTERHUB_API_TOKEN",
            world.server(user));
    return StandardTokens.of(environment, temporary, null, new NoPrompt(), Clock.systemUTC());
  }
}
