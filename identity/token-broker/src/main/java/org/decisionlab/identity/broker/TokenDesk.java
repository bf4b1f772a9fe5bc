// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import java.lang.System.Logger.Level;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.decisionlab.identity.broker.GivenTokens.Given;
import org.decisionlab.identity.tokens.http.Redaction;
import org.decisionlab.identity.tokens.source.AccessToken;
import org.decisionlab.identity.tokens.source.TokenUnavailableException;
import org.decisionlab.identity.tokens.verify.TrustedIssuer;
import org.jspecify.annotations.Nullable;

/**
 * Tokens for users, by audience and scopes: from memory while enough of their life is left, else
 * narrowed from the user's login.
 *
 * <p>What a provider answers to a question of one user changes nothing for the others, but for one
 * code: {@code unsupported_grant_type} is about the grant and not about what was asked (RFC 6749
 * section 5.2). {@code unauthorized_client} is about the client there, yet some providers say it of
 * an audience, which is the user's choice; so it counts for this user and this audience only, as
 * {@code access_denied} does.
 */
final class TokenDesk {

  private static final System.Logger LOG = System.getLogger(TokenDesk.class.getName());
  private static final Duration NOT_ALLOWED = Duration.ofMinutes(1);
  private static final int MOST_REFUSALS = 10_000;

  /** For what a user's login is not exchanged. */
  private record Target(String user, String login, @Nullable String audience) {}

  /**
   * A question, with who asks it.
   *
   * @param deadline until when there must be an answer
   */
  record Asking(String user, Question question, Deadline deadline) {

    Asked asked() {
      return question.asked();
    }

    boolean hasRefused(String token) {
      return question.hasRefused(token);
    }
  }

  private final Logins logins;
  private final Provider provider;
  private final BrokerSettings.Exchange exchange;
  private final BrokerMetrics metrics;
  private final Clock clock;
  private final ExchangeLimit limit;
  private final GivenTokens given = new GivenTokens();

  /** The provider's words, by whom and what they were about. */
  private final Cache<Target, String> refusals =
      Caffeine.newBuilder().maximumSize(MOST_REFUSALS).expireAfterWrite(NOT_ALLOWED).build();

  private volatile Instant unsupportedUntil = Instant.MIN;

  TokenDesk(
      Logins logins,
      Provider provider,
      BrokerSettings settings,
      BrokerMetrics metrics,
      Clock clock) {
    this.logins = logins;
    this.provider = provider;
    this.exchange = settings.exchange();
    this.metrics = metrics;
    this.clock = clock;
    this.limit = new ExchangeLimit(settings.exchangesPerMinute(), clock);
  }

  /** A token for a user. */
  AccessToken token(Asking asking) throws BrokerProblem {
    Given fresh = fresh(asking);
    return fresh != null
        ? fresh.token()
        : logins.locked(asking.user(), asking.deadline(), turn -> made(asking, turn));
  }

  /**
   * What was given once and is given again, or null. The login's own token is that of the login of
   * now, which is asked of the hub.
   */
  private @Nullable Given fresh(Asking asking) throws BrokerProblem {
    Given known = asking.asked().isAny() ? null : known(asking);
    return known != null && clock.instant().isBefore(known.freshUntil()) ? known : null;
  }

  /**
   * What was given for this question, made of the login that the hub has now, and not refused; or
   * null. What a login of before or another account of the same name was given is nobody's.
   */
  private @Nullable Given known(Asking asking) throws BrokerProblem {
    Given known = given.find(asking.user(), asking.asked());
    return known == null
            || asking.hasRefused(known.token().secret())
            || !known.login().equals(logins.identity(asking.user(), asking.deadline()))
        ? null
        : known;
  }

  private AccessToken made(Asking asking, Logins.Turn turn) throws BrokerProblem {
    Given fresh = fresh(asking);
    if (fresh != null) {
      return fresh.token();
    }
    String user = asking.user();
    Asked asked = asking.asked();
    try {
      Login login = login(asking, turn);
      AccessToken token = narrowed(asking, turn, login);
      given.keep(user, asked, new Given(token, freshUntil(token), login.identity()));
      LOG.log(Level.INFO, "{0}: token for {1} until {2}", user, asked.words(), token.expiresAt());
      return token;
    } catch (BrokerProblem e) {
      Given known = e.isTemporary() ? known(asking) : null;
      if (known != null && !known.token().isExpired(clock.instant())) {
        LOG.log(Level.WARNING, "{0}: the old token is given: {1}", user, e.description());
        return known.token();
      }
      given.forget(user, asked);
      throw e;
    }
  }

  /** The login of now, renewed where it is its token that was refused. */
  private Login login(Asking asking, Logins.Turn turn) throws BrokerProblem {
    Login login = logins.current(turn);
    if (!asking.hasRefused(login.accessToken())) {
      return login;
    }
    limit.count(asking.user());
    Login renewed = logins.otherThan(turn, login);
    if (asking.hasRefused(renewed.accessToken())) {
      throw BrokerProblem.later(
          "your login is not renewed yet, and its token of now was refused: ask again in a while");
    }
    return renewed;
  }

  private AccessToken narrowed(Asking asking, Logins.Turn turn, Login login) throws BrokerProblem {
    Asked asked = asking.asked();
    if (asked.isAny()) {
      return own(login);
    }
    String why = whyNoExchange(target(asking, login), asking.deadline());
    if (why != null) {
      return passedOn(login, asked, why);
    }
    try {
      return exchanged(asking, login);
    } catch (Provider.RefusedException e) {
      return afterRefusal(asking, turn, login, e);
    }
  }

  private static Target target(Asking asking, Login login) {
    return new Target(asking.user(), login.identity(), asking.asked().audience());
  }

  /**
   * Why the login's own token is passed on instead of one that is narrower; null where it is not.
   */
  private @Nullable String whyNoExchange(Target target, Deadline deadline) throws BrokerProblem {
    return switch (exchange) {
      case NEVER -> "the broker is set up to exchange no tokens (DECISIONLAB_BROKER_EXCHANGE)";
      case ALWAYS -> null;
      case AUTO -> {
        boolean unsupported = clock.instant().isBefore(unsupportedUntil);
        yield unsupported || !provider.exchanges(deadline)
            ? "tokens cannot be exchanged at " + provider.issuer()
            : refusals.getIfPresent(target);
      }
    };
  }

  private AccessToken exchanged(Asking asking, Login login)
      throws BrokerProblem, Provider.RefusedException {
    Asked asked = asking.asked();
    limit.count(asking.user());
    Provider.Exchanged answer;
    try {
      answer = provider.exchanged(login, asked, asking.deadline());
    } catch (Provider.RefusedException e) {
      metrics.exchange("refused");
      throw e;
    } catch (BrokerProblem e) {
      metrics.exchange("failed");
      throw e;
    }
    metrics.exchange("done");
    checkNarrow(answer, asked);
    return answer.token();
  }

  /**
   * Whether an exchanged token is for the service that was named and grants no more than was asked.
   * One that cannot be read is what the provider says beside it; where it says nothing, that means
   * the scopes asked for (RFC 8693 section 2.2.1).
   */
  private void checkNarrow(Provider.Exchanged answer, Asked asked) throws BrokerProblem {
    JWTClaimsSet claims = claims(answer.token().secret());
    if (claims != null) {
      checkAudience(claims.getAudience(), asked);
    }
    if (asked.scopes().isEmpty()) {
      return;
    }
    Set<String> scopes = new TreeSet<>(answer.scopes());
    if (claims != null && claims.getClaim("scope") instanceof String text) {
      scopes.addAll(List.of(text.strip().split("\\s+", -1)));
      scopes.remove("");
    }
    List<String> beyond = ScopeRules.beyond(asked.scopes(), scopes);
    if (!beyond.isEmpty()) {
      throw BrokerProblem.setup(
          provider.issuer()
              + " was asked for a token with "
              + String.join(" ", asked.scopes())
              + " and gave one that may "
              + Redaction.words(String.join(" ", beyond))
              + " too, which is not handed out: ask for these as well, or the hub's administrators"
              + " let the provider keep to the scopes asked for, or pass on whole logins"
              + " (DECISIONLAB_BROKER_EXCHANGE=never)");
    }
  }

  private AccessToken afterRefusal(
      Asking asking, Logins.Turn turn, Login login, Provider.RefusedException refused)
      throws BrokerProblem {
    Asked asked = asking.asked();
    return switch (refused.code()) {
      case "unauthorized_client", "unsupported_grant_type", "access_denied" -> {
        if (exchange == BrokerSettings.Exchange.ALWAYS) {
          throw BrokerProblem.setup(
              provider.issuer()
                  + " does not let the hub's client exchange tokens: "
                  + refused.words());
        }
        yield passedOn(login, asked, remembered(target(asking, login), refused));
      }
      case "invalid_client" ->
          throw BrokerProblem.setup(
              provider.issuer()
                  + " refuses the hub's client: "
                  + refused.words()
                  + ". The hub's administrators have to mend its registration");
      case "invalid_grant" -> {
        try {
          yield exchanged(asking, logins.otherThan(turn, login));
        } catch (Provider.RefusedException e) {
          throw notGiven(asked, e);
        }
      }
      default -> throw notGiven(asked, refused);
    };
  }

  private String remembered(Target target, Provider.RefusedException refused) {
    String why =
        provider.issuer()
            + " exchanges no token for "
            + (target.audience() == null ? "any audience" : target.audience())
            + ": "
            + refused.words();
    if (refused.code().equals("unsupported_grant_type")) {
      unsupportedUntil = clock.instant().plus(NOT_ALLOWED);
    } else {
      refusals.put(target, why);
    }
    return why;
  }

  private BrokerProblem notGiven(Asked asked, Provider.RefusedException refused) {
    return BrokerProblem.forbidden(
        refused.code(),
        provider.issuer() + " gives no token for " + asked.words() + ": " + refused.words());
  }

  /**
   * The login's own token, where it says that it is for this service and may what was asked. What
   * it does not say it does not grant: by the WLCG profile (section 2.1.1) no {@code aud} does not
   * mean everybody, and no {@code scope} lists no activity.
   */
  private AccessToken passedOn(Login login, Asked asked, String why) throws BrokerProblem {
    checkAudience(login.audiences(), asked);
    List<String> has = login.scopes();
    for (String scope : asked.scopes()) {
      if (!ScopeRules.cover(has, scope)) {
        throw BrokerProblem.forbidden(
            "insufficient_scope",
            (has.isEmpty()
                    ? "nothing says which scopes your login has, so it is taken not to have "
                    : "your login has not the scope ")
                + scope
                + ", and "
                + why
                + ": the hub must ask for it at login");
      }
    }
    return own(login);
  }

  private void checkAudience(List<String> audiences, Asked asked) throws BrokerProblem {
    if (asked.audience() == null
        || audiences.contains(asked.audience())
        || audiences.contains(TrustedIssuer.ANY_AUDIENCE)) {
      return;
    }
    throw BrokerProblem.forbidden(
        "invalid_target",
        provider.issuer()
            + (audiences.isEmpty()
                ? " gives tokens that do not say for whom they are (aud)"
                : " gives tokens for " + Redaction.words(String.join(" ", audiences)))
            + ", not for "
            + asked.audience()
            + ": its administrators have to allow token exchange to the hub's client");
  }

  private AccessToken own(Login login) throws BrokerProblem {
    if (!login.isAlive(clock.instant())) {
      throw BrokerProblem.later("your login's token has ended while this was asked: ask again");
    }
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
    JWTClaimsSet claims = claims(token);
    return claims == null || claims.getIssueTime() == null
        ? null
        : claims.getIssueTime().toInstant();
  }

  private static @Nullable JWTClaimsSet claims(String token) {
    try {
      return JWTParser.parse(token).getJWTClaimsSet();
    } catch (ParseException | IllegalArgumentException e) {
      return null;
    }
  }
}
