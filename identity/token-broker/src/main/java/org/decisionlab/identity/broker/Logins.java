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
 * so a provider that replaces refresh tokens never sees one twice.
 */
final class Logins {

  /** Work that needs a user's login, done by one thread at a time for each user. */
  @FunctionalInterface
  interface Work<T> {
    T with(Held held) throws BrokerProblem;
  }

  private static final System.Logger LOG = System.getLogger(Logins.class.getName());
  private static final Duration REMEMBER = Duration.ofSeconds(2);
  private static final Duration REFUSED = Duration.ofSeconds(15);
  private static final long PATIENCE_SECONDS = 20;
  private static final int MOST_USERS = 100_000;

  /** Which login the hub had at some time; an empty text where it had none. */
  private record Seen(String identity, Instant at) {}

  /** What is known of one user's login; used by one thread at a time, but for what was seen. */
  static final class Held {
    private final String user;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Seen seen;
    private @Nullable Login login;
    private Instant readAt = Instant.MIN;
    private @Nullable Login unsaved;
    private @Nullable String spent;
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

  Logins(HubApi hub, Provider provider, BrokerMetrics metrics, Clock clock) {
    this.hub = hub;
    this.provider = provider;
    this.metrics = metrics;
    this.clock = clock;
    this.users = Caffeine.newBuilder().expireAfterAccess(Duration.ofDays(1)).build();
  }

  /** Does work with a user's login. */
  <T> T locked(String user, Work<T> work) throws BrokerProblem {
    Held held = held(user);
    try {
      if (!held.lock.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw BrokerProblem.later(
            "your login is being renewed since more than " + PATIENCE_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw BrokerProblem.later("the broker is ending", e);
    }
    try {
      return work.with(held);
    } finally {
      held.lock.unlock();
    }
  }

  /**
   * Which login the hub keeps of a user, as it was at most two seconds ago; an empty text where it
   * keeps none. Needs no lock: a renewal does not change it.
   */
  String identity(String user) throws BrokerProblem {
    Held held = held(user);
    Seen seen = held.seen;
    if (seen != null && clock.instant().isBefore(seen.at().plus(REMEMBER))) {
      return seen.identity();
    }
    return seen(held, hub.kept(user).login());
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
   * A login with a token that lives: a fresh one where it can be had. Needs the user's lock.
   *
   * @throws BrokerProblem when there is none
   */
  Login current(Held held) throws BrokerProblem {
    Instant now = clock.instant();
    Login known = held.login;
    if (known != null && known.isFresh(now) && now.isBefore(held.readAt.plus(REMEMBER))) {
      return known;
    }
    HubApi.Kept kept = kept(held);
    Login login = kept.login();
    if (login == null) {
      throw BrokerProblem.logIn(
          "the hub keeps no login of yours at "
              + provider.issuer()
              + ": log out of the hub and log in again");
    }
    return login.isFresh(now) ? remembered(held, login) : renewed(held, kept, login);
  }

  /** Makes the next use of a login refresh it, because the provider does not accept its token. */
  Login renewedAnyway(Held held) throws BrokerProblem {
    HubApi.Kept kept = kept(held);
    Login login = kept.login();
    if (login == null) {
      throw BrokerProblem.logIn("the hub keeps no login of yours any more: log in again");
    }
    return renewed(held, kept, login);
  }

  private HubApi.Kept kept(Held held) throws BrokerProblem {
    HubApi.Kept kept = hub.kept(held.user);
    Login there = kept.login();
    seen(held, there);
    Login unsaved = held.unsaved;
    if (unsaved == null) {
      return kept;
    }
    if (there != null && Objects.equals(there.refreshToken(), held.spent)) {
      store(held, unsaved);
      return new HubApi.Kept(kept.admin(), unsaved);
    }
    // The user has logged in again meanwhile, or the name is somebody else's who has not yet.
    held.unsaved = null;
    return kept;
  }

  private Login renewed(Held held, HubApi.Kept kept, Login login) throws BrokerProblem {
    String refreshToken = login.refreshToken();
    if (refreshToken == null) {
      if (login.isAlive(clock.instant())) {
        return remembered(held, login);
      }
      throw BrokerProblem.logIn(
          "your login has ended and cannot be renewed, since it has no refresh token (scope"
              + " offline_access): log out of the hub and log in again");
    }
    BrokerProblem refusal = held.refusal;
    if (refusal != null
        && refreshToken.equals(held.refusedToken)
        && clock.instant().isBefore(held.refusedUntil)) {
      throw refusal;
    }
    hub.checkMayStore(held.user, kept);
    Login fresh;
    try {
      fresh = provider.refreshed(login, refreshToken);
    } catch (Provider.RefusedException e) {
      metrics.refresh("refused");
      return afterRefusal(held, refreshToken, e);
    } catch (BrokerProblem e) {
      metrics.refresh("failed");
      if (login.isAlive(clock.instant())) {
        LOG.log(Level.WARNING, "{0}: the old token is used on: {1}", held.user, e.description());
        return login;
      }
      throw e;
    }
    metrics.refresh("done");
    held.unsaved = fresh;
    held.spent = refreshToken;
    Login stored = kept(held).login();
    if (stored == null) {
      throw BrokerProblem.logIn("the hub keeps no login of yours any more: log in again");
    }
    LOG.log(Level.INFO, "{0}: login renewed until {1}", held.user, stored.expiresAt());
    return remembered(held, stored);
  }

  private Login afterRefusal(Held held, String refreshToken, Provider.RefusedException refused)
      throws BrokerProblem {
    Login there = hub.kept(held.user).login();
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

  private void store(Held held, Login fresh) throws BrokerProblem {
    hub.store(held.user, fresh);
    held.unsaved = null;
    held.spent = null;
  }

  private Login remembered(Held held, Login login) {
    held.login = login;
    held.readAt = clock.instant();
    held.refusal = null;
    held.refusedToken = null;
    return login;
  }
}
