// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.decisionlab.identity.tokens.http.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, as the hub says it of a token, remembered for ten seconds. While the hub is asked about
 * one token only those wait who show the same one: in the middle of its answer the hub may ask the
 * broker itself, with another token, and waits for that. So nothing is asked under a lock of the
 * memory, whose locks cover several tokens each.
 */
final class Askers {

  private static final Duration REMEMBER = Duration.ofSeconds(10);
  private static final Duration REMEMBER_NAMES = Duration.ofDays(1);
  private static final int MOST_KEPT = 10_000;

  private final HubApi hub;
  private final AsyncCache<String, Identity> known =
      Caffeine.newBuilder().maximumSize(MOST_KEPT).expireAfterWrite(REMEMBER).buildAsync();

  /** By the digests of tokens, as whom the hub has named who shows them: no proof that it would. */
  private final Cache<String, String> names =
      Caffeine.newBuilder().maximumSize(MOST_KEPT).expireAfterAccess(REMEMBER_NAMES).build();

  Askers(HubApi hub) {
    this.hub = hub;
  }

  /** Whom a token of the hub speaks for. */
  Identity of(String token, Deadline deadline) throws BrokerProblem {
    CompletableFuture<Identity> mine = new CompletableFuture<>();
    CompletableFuture<Identity> there = known.asMap().putIfAbsent(digest(token), mine);
    return there == null ? asked(token, mine, deadline) : awaited(there, deadline);
  }

  /** Under which name the hub knew a token when it was last asked; null where it never did. */
  @Nullable String nameBefore(String token) {
    return names.getIfPresent(digest(token));
  }

  /** What stands for a token here. */
  static String digest(String token) {
    return Sha256.hex(token);
  }

  /** Whatever ends the question ends it for all who show the token: else they would wait for it. */
  private Identity asked(String token, CompletableFuture<Identity> mine, Deadline deadline)
      throws BrokerProblem {
    try {
      Identity who = hub.identify(token, deadline);
      names.put(digest(token), who.name());
      mine.complete(who);
      return who;
    } catch (Throwable e) {
      mine.completeExceptionally(e);
      throw e;
    }
  }

  private static Identity awaited(CompletableFuture<Identity> there, Deadline deadline)
      throws BrokerProblem {
    Duration limit = deadline.atMost(Waits.WHO);
    try {
      return there.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof BrokerProblem problem) {
        throw problem;
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw BrokerProblem.later(
          "the hub is asked since more than " + limit.toSeconds() + " s who that is", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw BrokerProblem.later("the broker is ending", e);
    }
  }
}
