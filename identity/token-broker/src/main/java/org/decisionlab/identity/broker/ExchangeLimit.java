// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;

/**
 * How many exchanges the questions of one user may cause at the provider in any minute, so that it
 * and the broker are left to the others. Thread safe.
 */
final class ExchangeLimit {

  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int MOST_USERS = 100_000;

  private final int most;
  private final Clock clock;
  private final Cache<String, Deque<Instant>> taken =
      Caffeine.newBuilder()
          .maximumSize(MOST_USERS)
          .expireAfterAccess(WINDOW.multipliedBy(2))
          .build();

  ExchangeLimit(int most, Clock clock) {
    this.most = most;
    this.clock = clock;
  }

  /**
   * Counts one more of a user.
   *
   * @throws BrokerProblem when it is one too many, with the time after which there may be another
   */
  void count(String user) throws BrokerProblem {
    Instant now = clock.instant();
    Deque<Instant> times = Objects.requireNonNull(taken.get(user, name -> new ArrayDeque<>()));
    synchronized (times) {
      while (!times.isEmpty() && !times.getFirst().plus(WINDOW).isAfter(now)) {
        times.removeFirst();
      }
      if (times.size() >= most) {
        Duration wait = Duration.between(now, times.getFirst().plus(WINDOW));
        long seconds = wait.plusMillis(999).toSeconds();
        throw BrokerProblem.tooMany(
            "your servers have asked for "
                + most
                + " new tokens within a minute, which is the most that one user may: ask again in "
                + seconds
                + " s, and for the same audiences and scopes again and again rather than for new"
                + " ones",
            seconds);
      }
      times.addLast(now);
    }
  }
}
