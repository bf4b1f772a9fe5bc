// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.decisionlab.identity.tokens.http.Sha256;

/**
 * Who asks, as the hub says it of a token, remembered for ten seconds. While the hub is asked about
 * one token only those wait who show the same one: in the middle of its answer the hub may ask the
 * broker itself, with another token, and waits for that. So nothing is asked under a lock of the
 * memory, whose locks cover several tokens each.
 */
final class Askers {

  private static final Duration REMEMBER = Duration.ofSeconds(10);
  private static final long PATIENCE_SECONDS = 35;
  private static final int MOST_KEPT = 10_000;

  private final HubApi hub;
  private final AsyncCache<String, Identity> known =
      Caffeine.newBuilder().maximumSize(MOST_KEPT).expireAfterWrite(REMEMBER).buildAsync();

  Askers(HubApi hub) {
    this.hub = hub;
  }

  /** Whom a token of the hub speaks for. */
  Identity of(String token) throws BrokerProblem {
    CompletableFuture<Identity> mine = new CompletableFuture<>();
    CompletableFuture<Identity> there = known.asMap().putIfAbsent(Sha256.hex(token), mine);
    return there == null ? asked(token, mine) : awaited(there);
  }

  private Identity asked(String token, CompletableFuture<Identity> mine) throws BrokerProblem {
    try {
      Identity who = hub.identify(token);
      mine.complete(who);
      return who;
    } catch (BrokerProblem | RuntimeException e) {
      mine.completeExceptionally(e);
      throw e;
    }
  }

  private static Identity awaited(CompletableFuture<Identity> there) throws BrokerProblem {
    try {
      return there.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof BrokerProblem problem) {
        throw problem;
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw BrokerProblem.later(
          "the hub is asked since more than " + PATIENCE_SECONDS + " s who that is", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw BrokerProblem.later("the broker is ending", e);
    }
  }
}
