// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.source;

import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Fresh access tokens for everything in one process. The places are asked in their order and the
 * first that has a token wins. A token is kept for its audience and scopes and replaced when three
 * quarters of its life are over; while no new one can be had, the old one is given until it ends.
 * For each audience and scopes one thread asks, the others wait for its answer. Thread safe.
 */
public final class TokenSource {

  private static final System.Logger LOG = System.getLogger(TokenSource.class.getName());
  private static final int MOST_KEPT = 100;
  private static final Duration BETWEEN_FAILURES = Duration.ofSeconds(2);

  /** A token, from when on it is to be replaced, and from where it came. */
  private record Kept(AccessToken token, Instant renewAt, String from) {}

  private static final class Slot {
    final ReentrantLock asking = new ReentrantLock();
    final AtomicReference<@Nullable Kept> kept = new AtomicReference<>();
    volatile @Nullable Instant failedAt;
  }

  private final List<TokenProvider> providers;
  private final Clock clock;
  private final Duration patience;
  private final Map<TokenRequest, Slot> slots =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<TokenRequest, Slot> eldest) {
          return size() > MOST_KEPT;
        }
      };

  /**
   * Tokens from some places.
   *
   * @param providers the places, the best one first
   * @param patience how long a thread waits for another one that asks already
   * @param clock the time
   */
  public TokenSource(List<TokenProvider> providers, Duration patience, Clock clock) {
    this.providers = List.copyOf(providers);
    this.patience = patience;
    this.clock = clock;
  }

  /**
   * A token that holds now.
   *
   * @throws TokenUnavailableException when no place has one, with the reason of each
   */
  public AccessToken token(TokenRequest request)
      throws TokenUnavailableException, InterruptedException {
    Slot slot = slot(request);
    Kept kept = slot.kept.get();
    if (kept != null && isFresh(kept)) {
      return kept.token();
    }
    if (!slot.asking.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      kept = slot.kept.get();
      if (kept != null && !kept.token().isExpired(clock.instant())) {
        return kept.token();
      }
      throw new TokenUnavailableException(
          "a token for " + request.words() + " is being asked for since " + patience);
    }
    try {
      kept = slot.kept.get();
      return kept != null && (isFresh(kept) || failedJustNow(slot, kept))
          ? kept.token()
          : renewed(slot, request);
    } finally {
      slot.asking.unlock();
    }
  }

  /**
   * Forgets a token that a service refused as expired or invalid, so that the next one asked for is
   * new. Ask once more after this, not again and again.
   */
  public void refused(TokenRequest request, AccessToken token) {
    AtomicReference<@Nullable Kept> slot = slot(request).kept;
    Kept kept = slot.get();
    if (kept != null && kept.token().secret().equals(token.secret())) {
      slot.compareAndSet(kept, null);
    }
  }

  /**
   * Forgets all tokens that are kept, so that the next ones are new: from now on it is somebody
   * else who is logged in.
   */
  public void forget() {
    synchronized (slots) {
      slots.clear();
    }
  }

  /** The name of the place that the last token came from, where there is one. */
  public Optional<String> from(TokenRequest request) {
    return Optional.ofNullable(slot(request).kept.get()).map(Kept::from);
  }

  /** When the token that is kept is to be replaced, where there is one. */
  Optional<Instant> renewAt(TokenRequest request) {
    return Optional.ofNullable(slot(request).kept.get()).map(Kept::renewAt);
  }

  private AccessToken renewed(Slot slot, TokenRequest request)
      throws TokenUnavailableException, InterruptedException {
    List<String> reasons = new ArrayList<>();
    for (TokenProvider provider : providers) {
      try {
        Optional<AccessToken> token = provider.token(request);
        if (token.isPresent()) {
          Kept fresh = kept(token.get(), provider.name());
          slot.kept.set(fresh);
          slot.failedAt = null;
          return fresh.token();
        }
      } catch (TokenUnavailableException e) {
        reasons.add(provider.name() + ": " + e.getMessage());
      }
    }
    slot.failedAt = clock.instant();
    Kept before = slot.kept.get();
    if (before != null && !before.token().isExpired(clock.instant())) {
      LOG.log(Level.WARNING, "no new token, the old one is used on: {0}", reasons);
      return before.token();
    }
    throw new TokenUnavailableException(
        "no token for "
            + request.words()
            + (reasons.isEmpty()
                ? ": no place to take one from is set up, such as BEARER_TOKEN_FILE"
                : ". " + String.join("; ", reasons)));
  }

  private Kept kept(AccessToken token, String from) throws TokenUnavailableException {
    Instant now = clock.instant();
    Instant end = token.expiresAt();
    if (token.isExpired(now)) {
      throw new TokenUnavailableException("its token expired at " + end);
    }
    Duration life = end == null ? Duration.ofMinutes(1) : Duration.between(now, end);
    return new Kept(token, now.plus(life.multipliedBy(3).dividedBy(4)), from);
  }

  private boolean isFresh(Kept kept) {
    return clock.instant().isBefore(kept.renewAt());
  }

  private boolean failedJustNow(Slot slot, Kept kept) {
    Instant failedAt = slot.failedAt;
    return failedAt != null
        && clock.instant().isBefore(failedAt.plus(BETWEEN_FAILURES))
        && !kept.token().isExpired(clock.instant());
  }

  private Slot slot(TokenRequest request) {
    synchronized (slots) {
      return slots.computeIfAbsent(request, asked -> new Slot());
    }
  }
}
