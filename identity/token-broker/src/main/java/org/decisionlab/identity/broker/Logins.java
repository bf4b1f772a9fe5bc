// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The logins of the users, refreshed before they end. For each user one thread at a time reads the
 * login that the hub keeps, refreshes it where it must, and stores it there before anybody uses it:
 * so a provider that replaces refresh tokens never sees one twice. A refresh is waited for under
 * that lock, but goes on and is stored without it.
 */
final class Logins implements AutoCloseable {

  /** Work that needs a user's login, done by one thread at a time for each user. */
  @FunctionalInterface
  interface Work<T> {
    T with(Turn turn) throws BrokerProblem;
  }

  /** One thread's turn with a user's login, under the user's lock. */
  record Turn(Held held, Deadline deadline) {}

  private static final System.Logger LOG = System.getLogger(Logins.class.getName());
  private static final Duration REMEMBER = Duration.ofSeconds(2);
  private static final Duration REFUSED = Duration.ofSeconds(15);
  private static final int MOST_USERS = 100_000;

  /** Which login the hub had at some time; an empty text where it had none. */
  private record Seen(String identity, Instant at) {}

  /**
   * A new login that the hub has not taken yet.
   *
   * @param spent the refresh token that it was had for
   */
  private record Unsaved(Login login, String spent) {}

  /**
   * What is known of one user's login; used by one thread at a time, but for what was seen, and for
   * what is not saved: that goes by a lock of its own, which is the only one of a refresh.
   */
  static final class Held {
    private final String user;
    private final ReentrantLock lock = new ReentrantLock();
    private final ReentrantLock saving = new ReentrantLock();
    private volatile @Nullable Seen seen;
    private @Nullable Unsaved unsaved;
    private Renewals.@Nullable Renewal renewal;
    private @Nullable Login login;
    private Instant readAt = Instant.MIN;
    private @Nullable String refusedToken;
    private @Nullable BrokerProblem refusal;
    private Instant refusedUntil = Instant.MIN;

    Held(String user) {
      this.user = user;
    }
  }

  private final HubApi hub;
  private final Provider provider;
  private final BrokerMetrics metrics;
  private final Clock clock;
  private final Cache<String, Held> users;
  private final Renewals renewals = new Renewals();

  Logins(HubApi hub, Provider provider, BrokerMetrics metrics, Clock clock) {
    this.hub = hub;
    this.provider = provider;
    this.metrics = metrics;
    this.clock = clock;
    this.users = Caffeine.newBuilder().expireAfterAccess(Duration.ofDays(1)).build();
  }

  /** Does work with a user's login. */
  <T> T locked(String user, Deadline deadline, Work<T> work) throws BrokerProblem {
    Held held = held(user);
    lock(held.lock, deadline);
    try {
      return work.with(new Turn(held, deadline));
    } finally {
      held.lock.unlock();
    }
  }

  private static void lock(ReentrantLock lock, Deadline deadline) throws BrokerProblem {
    Duration limit = deadline.left();
    try {
      if (!lock.tryLock(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        throw BrokerProblem.later(
            "other questions of yours wait for your login since more than "
                + limit.toSeconds()
                + " s: ask again in a while");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw BrokerProblem.later("the broker is ending", e);
    }
  }

  /**
   * Which login the hub keeps of a user, as it was at most two seconds ago; an empty text where it
   * keeps none. Needs no lock: a renewal does not change it.
   */
  String identity(String user, Deadline deadline) throws BrokerProblem {
    Held held = held(user);
    Seen seen = held.seen;
    if (seen != null && clock.instant().isBefore(seen.at().plus(REMEMBER))) {
      return seen.identity();
    }
    return seen(held, hub.kept(user, deadline).login());
  }

  private Held held(String user) throws BrokerProblem {
    if (users.estimatedSize() > MOST_USERS && users.getIfPresent(user) == null) {
      throw BrokerProblem.later("too many users at once");
    }
    return Objects.requireNonNull(users.get(user, Held::new));
  }

  private String seen(Held held, @Nullable Login login) {
    String identity = login == null ? "" : login.identity();
    held.seen = new Seen(identity, clock.instant());
    return identity;
  }

  /**
   * A login with a token that lives: a fresh one where it can be had.
   *
   * @throws BrokerProblem when there is none
   */
  Login current(Turn turn) throws BrokerProblem {
    Instant now = clock.instant();
    Held held = turn.held();
    Login known = held.login;
    if (known != null && known.isFresh(now) && now.isBefore(held.readAt.plus(REMEMBER))) {
      return known;
    }
    HubApi.Kept kept = kept(held, turn.deadline());
    Login login = there(kept);
    return login.isFresh(now) ? remembered(held, login) : renewed(turn, kept);
  }

  /**
   * A login with another token than an old one: that which the hub keeps meanwhile, where it is
   * fresh, else a renewed one; the old one where there is no other now and its token lives.
   */
  Login otherThan(Turn turn, Login old) throws BrokerProblem {
    HubApi.Kept kept = kept(turn.held(), turn.deadline());
    Login now = there(kept);
    return !now.accessToken().equals(old.accessToken()) && now.isFresh(clock.instant())
        ? remembered(turn.held(), now)
        : renewed(turn, kept);
  }

  private Login there(HubApi.Kept kept) throws BrokerProblem {
    Login login = kept.login();
    if (login == null) {
      throw BrokerProblem.logIn(
          "the hub keeps no login of yours at "
              + provider.issuer()
              + ": log out of the hub and log in again");
    }
    return login;
  }

  /** A user as the hub knows it, which is given first what it has not taken yet. */
  private HubApi.Kept kept(Held held, Deadline deadline) throws BrokerProblem {
    lock(held.saving, deadline);
    try {
      HubApi.Kept kept = hub.kept(held.user, deadline);
      Login there = kept.login();
      seen(held, there);
      Unsaved unsaved = held.unsaved;
      if (unsaved == null) {
        return kept;
      }
      if (there != null && unsaved.spent().equals(there.refreshToken())) {
        hub.store(held.user, unsaved.login(), deadline);
        held.unsaved = null;
        return new HubApi.Kept(kept.admin(), unsaved.login());
      }
      // The user has logged in again meanwhile, or the name is somebody else's who has not yet.
      held.unsaved = null;
      return kept;
    } finally {
      held.saving.unlock();
    }
  }

  private Login renewed(Turn turn, HubApi.Kept kept) throws BrokerProblem {
    Held held = turn.held();
    Login login = there(kept);
    Renewals.Renewal before = held.renewal;
    if (before != null && before.isDone()) {
      // Nobody has waited for its end, and what was read may be older than that.
      held.renewal = null;
      return otherThan(turn, login);
    }
    String refreshToken = login.refreshToken();
    if (refreshToken == null) {
      if (login.isAlive(clock.instant())) {
        return remembered(held, login);
      }
      throw BrokerProblem.logIn(
          "your login has ended and cannot be renewed, since it has no refresh token (scope"
              + " offline_access): log out of the hub and log in again");
    }
    checkNotRefused(held, refreshToken);
    try {
      return refreshed(turn, kept, login, refreshToken);
    } catch (Provider.RefusedException e) {
      return afterRefusal(turn, refreshToken, e);
    }
  }

  private void checkNotRefused(Held held, String refreshToken) throws BrokerProblem {
    BrokerProblem refusal = held.refusal;
    if (refusal != null
        && refreshToken.equals(held.refusedToken)
        && clock.instant().isBefore(held.refusedUntil)) {
      throw refusal;
    }
  }

  /** The new login, or the old one while its token lives and there is no new one. */
  private Login refreshed(Turn turn, HubApi.Kept kept, Login login, String refreshToken)
      throws BrokerProblem, Provider.RefusedException {
    Held held = turn.held();
    boolean first = held.renewal == null;
    if (first) {
      hub.checkMayStore(held.user, kept, turn.deadline());
    }
    Renewals.Renewal renewal;
    try {
      renewal = underWay(held, login, refreshToken);
    } catch (BrokerProblem e) {
      if (isUsedOn(held, login, e)) {
        return login;
      }
      throw e;
    }
    return newOrOld(turn, login, renewal, first);
  }

  /** The refresh of a login: that which was begun before, else one that begins now. */
  private Renewals.Renewal underWay(Held held, Login login, String refreshToken)
      throws BrokerProblem {
    Renewals.Renewal renewal = held.renewal;
    if (renewal == null) {
      renewal =
          renewals.begin(
              held.user, refreshToken, () -> refreshedAndStored(held, login, refreshToken));
      held.renewal = renewal;
    } else if (!renewal.isOf(refreshToken)) {
      throw BrokerProblem.later("your login of before is still being renewed: ask again");
    }
    return renewal;
  }

  /**
   * What comes of a refresh, or the old login. Beside a token that lives only who has begun the
   * refresh waits for it, and not long. The clock is looked at after that wait: where the token has
   * ended meanwhile, the same refresh is waited for as long as the question has time.
   */
  private Login newOrOld(Turn turn, Login old, Renewals.Renewal renewal, boolean first)
      throws BrokerProblem, Provider.RefusedException {
    Held held = turn.held();
    if (old.isAlive(clock.instant())) {
      try {
        Duration limit =
            first ? turn.deadline().atMost(Waits.REFRESH_BESIDE_OLD_TOKEN) : Duration.ZERO;
        return remembered(held, awaited(held, renewal, limit));
      } catch (BrokerProblem e) {
        if (isUsedOn(held, old, e)) {
          return old;
        }
      }
    }
    return remembered(held, awaited(held, renewal, turn.deadline().left()));
  }

  /** Whether an old login is used in place of one that cannot be had now: while its token lives. */
  private boolean isUsedOn(Held held, Login old, BrokerProblem problem) {
    if (!problem.isTemporary() || !old.isAlive(clock.instant())) {
      return false;
    }
    LOG.log(Level.WARNING, "{0}: the old token is used on: {1}", held.user, problem.description());
    return true;
  }

  private static Login awaited(Held held, Renewals.Renewal renewal, Duration limit)
      throws BrokerProblem, Provider.RefusedException {
    try {
      return renewal.awaited(limit);
    } finally {
      if (renewal.isDone()) {
        held.renewal = null;
      }
    }
  }

  /** Runs beside the question that has begun it, and maybe longer. */
  private Login refreshedAndStored(Held held, Login login, String refreshToken)
      throws BrokerProblem, Provider.RefusedException {
    Login fresh;
    try {
      fresh = provider.refreshed(login, refreshToken);
    } catch (Provider.RefusedException e) {
      metrics.refresh("refused");
      throw e;
    } catch (BrokerProblem e) {
      metrics.refresh("failed");
      throw e;
    }
    metrics.refresh("done");
    held.saving.lock();
    try {
      held.unsaved = new Unsaved(fresh, refreshToken);
      Login stored = there(kept(held, Deadline.in(Waits.ANSWER.multipliedBy(2))));
      LOG.log(Level.INFO, "{0}: login renewed until {1}", held.user, stored.expiresAt());
      return stored;
    } finally {
      held.saving.unlock();
    }
  }

  private Login afterRefusal(Turn turn, String refreshToken, Provider.RefusedException refused)
      throws BrokerProblem {
    Held held = turn.held();
    Login there = hub.kept(held.user, turn.deadline()).login();
    if (there != null
        && !refreshToken.equals(there.refreshToken())
        && there.isFresh(clock.instant())) {
      return remembered(held, there);
    }
    BrokerProblem problem =
        switch (refused.code()) {
          case "invalid_grant", "access_denied", "refused" ->
              BrokerProblem.logIn(
                  provider.issuer()
                      + " does not renew your login: "
                      + refused.words()
                      + ". See there whether your account is active and whether a policy waits for"
                      + " your signature, then log out of the hub and log in again");
          default ->
              BrokerProblem.setup(
                  provider.issuer()
                      + " refuses the hub's client: "
                      + refused.words()
                      + ". The hub's administrators have to mend its registration");
        };
    held.refusal = problem;
    held.refusedToken = refreshToken;
    held.refusedUntil = clock.instant().plus(REFUSED);
    LOG.log(Level.WARNING, "{0}: login not renewed: {1}", held.user, refused.words());
    throw problem;
  }

  private Login remembered(Held held, Login login) {
    held.login = login;
    held.readAt = clock.instant();
    held.refusal = null;
    held.refusedToken = null;
    return login;
  }

  @Override
  public void close() {
    renewals.close();
  }
}
