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
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Fresh access tokens for everything in one process. The places are asked in their order and the
 * first that has a token wins. A token is kept for its audience and scopes and replaced when three
 * quarters of its life are over; while no new one can be had, the old one is given until it ends.
 * For each audience and scopes one thread asks, the others wait for its answer, also where that is
 * a failure: it is shared for two seconds, except with somebody who can be asked to log in when it
 * was met by one who cannot. Thread safe.
 */
public final class TokenSource {

  private static final System.Logger LOG = System.getLogger(TokenSource.class.getName());
  private static final int MOST_KEPT = 100;
  private static final Duration BETWEEN_FAILURES = Duration.ofSeconds(2);

  /** A token, from when on it is to be replaced, and from where it came. */
  private record Kept(AccessToken token, Instant renewAt, String from) {}

  /**
   * Why there was no token.
   *
   * @param at when
   * @param asked whether the user could be asked
   */
  private record Failure(Instant at, String message, boolean asked) {}

  private static final class Slot {
    final ReentrantLock asking = new ReentrantLock();
    final AtomicReference<@Nullable Kept> kept = new AtomicReference<>();
    final AtomicReference<@Nullable AccessToken> refused = new AtomicReference<>();
    volatile @Nullable Failure failure;
  }

  private final List<TokenProvider> providers;
  private final Clock clock;
  private final Duration patience;
  private final BooleanSupplier attended;
  private final Map<TokenRequest, Slot> slots =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<TokenRequest, Slot> eldest) {
          return size() > MOST_KEPT;
        }
      };

  /**
   * Tokens from some places, none of which asks the user.
   *
   * @param providers the places, the best one first
   * @param patience how long a thread waits for another one that asks already
   * @param clock the time
   */
  public TokenSource(List<TokenProvider> providers, Duration patience, Clock clock) {
    this(providers, patience, clock, () -> false);
  }

  /**
   * Tokens from some places.
   *
   * @param attended whether a place could ask the user on this thread
   */
  TokenSource(
      List<TokenProvider> providers, Duration patience, Clock clock, BooleanSupplier attended) {
    this.providers = List.copyOf(providers);
    this.patience = patience;
    this.clock = clock;
    this.attended = attended;
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
      if (kept != null && isFresh(kept)) {
        return kept.token();
      }
      Failure failure = sharedFailure(slot);
      return failure == null ? renewed(slot, request) : oldOr(slot, failure.message());
    } finally {
      slot.asking.unlock();
    }
  }

  /**
   * Forgets a token that a service refused as expired or invalid, so that the next one asked for is
   * new; the place that gave it is told which one that was. Ask once more after this, not again and
   * again.
   */
  public void refused(TokenRequest request, AccessToken token) {
    Slot slot = slot(request);
    Kept kept = slot.kept.get();
    if (kept != null && kept.token().secret().equals(token.secret())) {
      slot.refused.set(token);
      slot.kept.compareAndSet(kept, null);
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
    AccessToken refused = slot.refused.get();
    for (TokenProvider provider : providers) {
      try {
        Optional<AccessToken> token =
            refused == null ? provider.token(request) : provider.tokenInsteadOf(request, refused);
        if (token.isPresent()) {
          Kept fresh = kept(token.get(), provider.name());
          slot.kept.set(fresh);
          slot.failure = null;
          slot.refused.compareAndSet(refused, null);
          return fresh.token();
        }
      } catch (TokenUnavailableException e) {
        reasons.add(provider.name() + ": " + e.getMessage());
      }
    }
    String message =
        "no token for "
            + request.words()
            + (reasons.isEmpty()
                ? ": no place to take one from is set up, such as BEARER_TOKEN_FILE"
                : ". " + String.join("; ", reasons));
    // Who is interrupted leaves a reason that is nobody else's.
    slot.failure =
        Thread.currentThread().isInterrupted()
            ? null
            : new Failure(clock.instant(), message, attended.getAsBoolean());
    AccessToken old = oldOr(slot, message);
    LOG.log(Level.WARNING, "no new token, the old one is used on: {0}", reasons);
    return old;
  }

  private AccessToken oldOr(Slot slot, String message) throws TokenUnavailableException {
    Kept before = slot.kept.get();
    if (before == null || before.token().isExpired(clock.instant())) {
      throw new TokenUnavailableException(message);
    }
    return before.token();
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

  /** A failure of just now that the asker would meet as well. */
  private @Nullable Failure sharedFailure(Slot slot) {
    Failure failure = slot.failure;
    return failure != null
            && clock.instant().isBefore(failure.at().plus(BETWEEN_FAILURES))
            && (failure.asked() || !attended.getAsBoolean())
        ? failure
        : null;
  }

  private Slot slot(TokenRequest request) {
    synchronized (slots) {
      return slots.computeIfAbsent(request, asked -> new Slot());
    }
  }
}
