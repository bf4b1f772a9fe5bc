// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.decisionlab.identity.broker.GivenTokens.Given;
import org.decisionlab.identity.tokens.source.AccessToken;
import org.junit.jupiter.api.Test;

/** What the broker remembers of users, and how often they may ask the provider. */
class GivenTokensTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  private static Asked asked(int number) {
    return new Asked("https://service" + number + ".example", List.of());
  }

  private static Given given(String secret) throws Exception {
    return new Given(AccessToken.of(secret, NOW), NOW, "login");
  }

  @Test
  void inventedAudiencesOfOneUserPushNobodysTokensOut() throws Exception {
    GivenTokens tokens = new GivenTokens();
    Given modest = given("modest");
    tokens.keep("modest", asked(0), modest);
    for (int i = 0; i < 20_000; i++) {
      tokens.keep("greedy", asked(i), given("greedy" + i));
    }
    assertThat(tokens.find("modest", asked(0))).isEqualTo(modest);
    for (int i = 0; i < 20_000; i++) {
      boolean kept = i >= 20_000 - GivenTokens.MOST_OF_A_USER;
      assertThat(tokens.find("greedy", asked(i)) != null).as("token %d", i).isEqualTo(kept);
    }
  }

  @Test
  void whatIsGivenAnewIsTheYoungestAndWhatIsForgottenIsGone() throws Exception {
    GivenTokens tokens = new GivenTokens();
    for (int i = 0; i < GivenTokens.MOST_OF_A_USER; i++) {
      tokens.keep("bob", asked(i), given("old" + i));
    }
    Given anew = given("new");
    tokens.keep("bob", asked(0), anew);
    tokens.keep("bob", asked(-1), given("more"));
    assertThat(tokens.find("bob", asked(0))).isEqualTo(anew);
    assertThat(tokens.find("bob", asked(1))).as("now the oldest").isNull();
    assertThat(tokens.find("bob", asked(2))).isNotNull();
    tokens.forget("bob", asked(0));
    assertThat(tokens.find("bob", asked(0))).isNull();
    tokens.keep("ada", asked(0), given("ada"));
    tokens.forget("ada", asked(0));
    tokens.forget("ada", asked(0));
    assertThat(tokens.find("ada", asked(0))).isNull();
  }

  @Test
  void aUserHasTheLimitInAnyMinuteAndEachUserHasIt() throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(NOW);
    ExchangeLimit limit = new ExchangeLimit(3, clock(now));
    limit.count("bob");
    now.set(NOW.plusSeconds(20));
    limit.count("bob");
    limit.count("bob");
    now.set(NOW.plusMillis(59_500));
    assertThatThrownBy(() -> limit.count("bob"))
        .isInstanceOfSatisfying(
            BrokerProblem.class,
            problem -> {
              assertThat(problem.status()).isEqualTo(429);
              assertThat(problem.isTemporary()).isTrue();
              assertThat(problem.retryAfterSeconds()).isEqualTo(1);
              assertThat(problem.description()).contains("3 new tokens", "again in 1 s");
            });
    limit.count("ada");
    now.set(NOW.plus(Duration.ofMinutes(1)));
    limit.count("bob");
    assertThatThrownBy(() -> limit.count("bob")).hasMessageContaining("again in 20 s");
    now.set(NOW.plusSeconds(80));
    limit.count("bob");
    limit.count("bob");
  }

  private static Clock clock(AtomicReference<Instant> now) {
    return new Clock() {
      @Override
      public Instant instant() {
        return now.get();
      }

      @Override
      public ZoneOffset getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(java.time.ZoneId zone) {
        return this;
      }
    };
  }
}
