// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jwt.JWTParser;
import java.lang.System.Logger.Level;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.decisionlab.identity.tokens.scope.InvalidPathException;
import org.decisionlab.identity.tokens.scope.StorageOperation;
import org.decisionlab.identity.tokens.scope.StoragePath;
import org.decisionlab.identity.tokens.scope.StorageScopes;
import org.decisionlab.identity.tokens.source.AccessToken;
import org.decisionlab.identity.tokens.source.TokenUnavailableException;
import org.decisionlab.identity.tokens.verify.TrustedIssuer;
import org.jspecify.annotations.Nullable;

/**
 * Tokens for users, by audience and scopes: from memory while enough of their life is left, else
 * narrowed from the user's login.
 */
final class TokenDesk {

  private static final System.Logger LOG = System.getLogger(TokenDesk.class.getName());
  private static final int MOST_KEPT = 10_000;
  private static final Duration NOT_ALLOWED = Duration.ofMinutes(1);

  private record Key(String user, Asked asked) {}

  /** A token and until when it is given to new askers. */
  private record Given(AccessToken token, Instant freshUntil) {}

  private final Logins logins;
  private final Provider provider;
  private final BrokerSettings.Exchange exchange;
  private final BrokerMetrics metrics;
  private final Clock clock;
  private final Cache<Key, Given> given = Caffeine.newBuilder().maximumSize(MOST_KEPT).build();
  private volatile Instant notAllowedUntil = Instant.MIN;

  TokenDesk(
      Logins logins,
      Provider provider,
      BrokerSettings.Exchange exchange,
      BrokerMetrics metrics,
      Clock clock) {
    this.logins = logins;
    this.provider = provider;
    this.exchange = exchange;
    this.metrics = metrics;
    this.clock = clock;
  }

  /** A token for a user. */
  AccessToken token(String user, Asked asked) throws BrokerProblem {
    Key key = new Key(user, asked);
    Given known = given.getIfPresent(key);
    if (known != null && clock.instant().isBefore(known.freshUntil())) {
      return known.token();
    }
    return logins.locked(user, held -> made(key, held));
  }

  private AccessToken made(Key key, Logins.Held held) throws BrokerProblem {
    Given known = given.getIfPresent(key);
    if (known != null && clock.instant().isBefore(known.freshUntil())) {
      return known.token();
    }
    try {
      AccessToken token = narrowed(held, key.asked());
      given.put(key, new Given(token, freshUntil(token)));
      LOG.log(
          Level.INFO,
          "{0}: token for {1} until {2}",
          key.user(),
          key.asked().words(),
          token.expiresAt());
      return token;
    } catch (BrokerProblem e) {
      if (e.isTemporary() && known != null && !known.token().isExpired(clock.instant())) {
        LOG.log(Level.WARNING, "{0}: the old token is given: {1}", key.user(), e.description());
        return known.token();
      }
      given.invalidate(key);
      throw e;
    }
  }

  private AccessToken narrowed(Logins.Held held, Asked asked) throws BrokerProblem {
    Login login = logins.current(held);
    if (asked.isAny()) {
      return own(login);
    }
    if (exchanges()) {
      try {
        return exchanged(login, asked);
      } catch (Provider.RefusedException e) {
        return afterRefusal(held, login, asked, e);
      }
    }
    return passedOn(login, asked);
  }

  private boolean exchanges() throws BrokerProblem {
    return switch (exchange) {
      case NEVER -> false;
      case ALWAYS -> true;
      case AUTO -> !clock.instant().isBefore(notAllowedUntil) && provider.exchanges();
    };
  }

  private AccessToken exchanged(Login login, Asked asked)
      throws BrokerProblem, Provider.RefusedException {
    AccessToken token;
    try {
      token = provider.exchanged(login, asked);
    } catch (Provider.RefusedException e) {
      metrics.exchange("refused");
      throw e;
    } catch (BrokerProblem e) {
      metrics.exchange("failed");
      throw e;
    }
    metrics.exchange("done");
    fits(audiences(token.secret()), asked);
    return token;
  }

  private AccessToken afterRefusal(
      Logins.Held held, Login login, Asked asked, Provider.RefusedException refused)
      throws BrokerProblem {
    return switch (refused.code()) {
      case "unauthorized_client", "unsupported_grant_type", "access_denied" -> {
        if (exchange == BrokerSettings.Exchange.ALWAYS) {
          throw BrokerProblem.setup(
              provider.issuer()
                  + " does not let the hub's client exchange tokens: "
                  + refused.words());
        }
        notAllowedUntil = clock.instant().plus(NOT_ALLOWED);
        yield passedOn(login, asked);
      }
      case "invalid_grant" -> {
        try {
          yield exchanged(logins.renewedAnyway(held), asked);
        } catch (Provider.RefusedException e) {
          throw notGiven(asked, e);
        }
      }
      default -> throw notGiven(asked, refused);
    };
  }

  private BrokerProblem notGiven(Asked asked, Provider.RefusedException refused) {
    return BrokerProblem.forbidden(
        refused.code(),
        provider.issuer() + " gives no token for " + asked.words() + ": " + refused.words());
  }

  private AccessToken passedOn(Login login, Asked asked) throws BrokerProblem {
    fits(login.audiences(), asked);
    List<String> has = login.scopes();
    for (String scope : asked.scopes()) {
      if (!has.isEmpty() && !covers(has, scope)) {
        throw BrokerProblem.forbidden(
            "insufficient_scope",
            "your login has not the scope "
                + scope
                + ", and tokens cannot be exchanged at "
                + provider.issuer()
                + ": the hub must ask for it at login");
      }
    }
    return own(login);
  }

  private void fits(List<String> audiences, Asked asked) throws BrokerProblem {
    if (asked.audience() != null
        && !audiences.isEmpty()
        && !audiences.contains(asked.audience())
        && !audiences.contains(TrustedIssuer.ANY_AUDIENCE)) {
      throw BrokerProblem.forbidden(
          "invalid_target",
          provider.issuer()
              + " gives tokens for "
              + Redaction.words(String.join(" ", audiences))
              + ", not for "
              + asked.audience()
              + ": its administrators have to allow token exchange to the hub's client");
    }
  }

  private static boolean covers(List<String> has, String scope) {
    if (has.contains(scope)) {
      return true;
    }
    int colon = scope.indexOf(':');
    StorageOperation operation =
        StorageOperation.ofScope(colon < 0 ? scope : scope.substring(0, colon));
    if (operation == null || colon < 0) {
      return false;
    }
    try {
      StoragePath path = StoragePath.ofEncoded(scope.substring(colon + 1));
      return StorageScopes.of(has, StoragePath.ROOT).permit(operation, path);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static AccessToken own(Login login) throws BrokerProblem {
    try {
      return AccessToken.of(login.accessToken(), login.expiresAt());
    } catch (TokenUnavailableException e) {
      throw BrokerProblem.logIn("your login holds no token that can be used: " + e.getMessage());
    }
  }

  private Instant freshUntil(AccessToken token) {
    Instant now = clock.instant();
    Instant end = token.expiresAt();
    if (end == null || !end.isAfter(now)) {
      return now;
    }
    Instant issued = issuedAt(token.secret());
    Duration life = Duration.between(issued == null || issued.isAfter(now) ? now : issued, end);
    return end.minus(Login.margin(life));
  }

  private static @Nullable Instant issuedAt(String token) {
    try {
      var claims = JWTParser.parse(token).getJWTClaimsSet();
      return claims == null || claims.getIssueTime() == null
          ? null
          : claims.getIssueTime().toInstant();
    } catch (ParseException | IllegalArgumentException e) {
      return null;
    }
  }

  private static List<String> audiences(String token) {
    try {
      var claims = JWTParser.parse(token).getJWTClaimsSet();
      return claims == null ? List.of() : claims.getAudience();
    } catch (ParseException | IllegalArgumentException e) {
      return List.of();
    }
  }
}
