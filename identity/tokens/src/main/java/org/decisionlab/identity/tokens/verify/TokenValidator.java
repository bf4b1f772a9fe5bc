// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.decisionlab.identity.tokens.http.JsonDoor;
import org.jspecify.annotations.Nullable;

/**
 * Checks access tokens that are JSON Web Tokens: issuer, signature, times, audience, the rules of
 * the WLCG profile. Tokens that say nothing of rights, such as INDIGO IAM's by default, are asked
 * about at their issuer where it is configured so.
 *
 * <p>What was found is remembered until the token expires. Nothing is fetched before the first
 * token needs it, so a service starts while its issuers are down. Thread safe.
 */
public final class TokenValidator implements AutoCloseable {

  private static final int MOST_REMEMBERED = 10_000;
  private static final Duration INACTIVE = Duration.ofSeconds(30);
  private static final Duration INTROSPECTED = Duration.ofMinutes(10);
  private static final Duration ALWAYS_INTROSPECTED = Duration.ofSeconds(30);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** For how long it is not asked about tokens again when that failed; then by one at first. */
  private static final Duration FAILED = Duration.ofSeconds(5);

  private static final Duration ASKING = Duration.ofSeconds(10);

  private record Issuer(
      TrustedIssuer terms, IssuerKeys keys, AtomicReference<@Nullable Failure> failure) {}

  /** Why it could not be asked about a token, and from when on it is tried again. */
  private record Failure(String why, Instant again) {}

  private final Map<String, Issuer> issuers = new LinkedHashMap<>();
  private final VerifiedTokens remembered = new VerifiedTokens(MOST_REMEMBERED);
  private final JsonDoor door = new JsonDoor();
  private final ThreadPoolExecutor background;
  private final Clock clock;
  private final Duration grace;

  /**
   * Accepts the tokens of some issuers.
   *
   * @param trusted the issuers and their terms
   * @param copies folder for copies of their public keys, which outlive a restart; null for none
   * @param grace for how long after its expiry a token is accepted: the WLCG profile foresees none
   * @param clock the time
   */
  public TokenValidator(
      List<TrustedIssuer> trusted, @Nullable Path copies, Duration grace, Clock clock) {
    if (trusted.isEmpty()) {
      throw new IllegalArgumentException("at least one issuer must be trusted");
    }
    if (grace.isNegative() || grace.compareTo(Claims.SKEW) > 0) {
      throw new IllegalArgumentException("the grace after expiry must be 0 to 60 s: " + grace);
    }
    this.clock = clock;
    this.grace = grace;
    this.background =
        new ThreadPoolExecutor(
            0, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(trusted.size()), daemon());
    for (TrustedIssuer issuer : trusted) {
      Path copy = copies == null ? null : copies.resolve(fileName(issuer));
      IssuerKeys keys = new IssuerKeys(issuer, copy, door, clock, background);
      if (issuers.put(issuer.name(), new Issuer(issuer, keys, new AtomicReference<>())) != null) {
        throw new IllegalArgumentException("an issuer is listed twice: " + issuer.issuer());
      }
    }
  }

  /**
   * What is remembered of a token, without asking anybody: fit for an event loop.
   *
   * @throws InvalidTokenException when it is remembered not to hold
   */
  public Optional<VerifiedToken> remembered(String token) throws InvalidTokenException {
    return Optional.ofNullable(remembered.find(VerifiedTokens.key(token), clock.instant()));
  }

  /**
   * Checks a token. May wait for its issuer, some seconds at most.
   *
   * @throws InvalidTokenException when it does not hold, with a reason that may be told
   * @throws IssuerUnavailableException when its issuer is needed and does not answer
   */
  public VerifiedToken validate(String token)
      throws InvalidTokenException, IssuerUnavailableException {
    VerifiedTokens.Key key = VerifiedTokens.key(token);
    VerifiedToken known = remembered.find(key, clock.instant());
    if (known != null) {
      return known;
    }
    SignedJWT jwt = Signatures.parse(token);
    JWTClaimsSet claims = claims(jwt);
    Issuer issuer = issuer(claims);
    Signatures.verify(jwt, issuer.keys().matching(jwt.getHeader()));
    Claims checked = new Claims(claims, issuer.terms(), grace);
    VerifiedToken verified = checked.verified(clock.instant());
    Instant until = verified.expiresAt().plus(grace);
    Introspection introspection = issuer.terms().introspection();
    if (introspection != null && (introspection.always() || !verified.saysRights())) {
      try {
        verified = introspected(token, checked, verified, issuer, introspection);
      } catch (InvalidTokenException e) {
        remembered.failed(key, e.error(), clock.instant().plus(INACTIVE));
        throw e;
      }
      Instant again =
          clock.instant().plus(introspection.always() ? ALWAYS_INTROSPECTED : INTROSPECTED);
      until = again.isBefore(until) ? again : until;
    }
    remembered.holds(key, verified, until);
    return verified;
  }

  /**
   * The name of the issuer that {@link #validate} may wait for, empty where it waits for none;
   * nothing is verified.
   */
  public String askedAbout(String token) {
    try {
      return issuer(claims(Signatures.parse(token))).terms().name();
    } catch (InvalidTokenException e) {
      return "";
    }
  }

  /** The issuers whose tokens are accepted. */
  public List<TrustedIssuer> issuers() {
    return issuers.values().stream().map(Issuer::terms).toList();
  }

  /** The issuers whose keys are not known now, each with the reason; none when all is well. */
  public List<String> unready() {
    List<String> reasons = new ArrayList<>();
    for (Issuer issuer : issuers.values()) {
      try {
        issuer.keys().document();
      } catch (IssuerUnavailableException e) {
        reasons.add(String.valueOf(e.getMessage()));
      }
    }
    return reasons;
  }

  @Override
  public void close() {
    background.shutdownNow();
  }

  private static JWTClaimsSet claims(SignedJWT jwt) throws InvalidTokenException {
    try {
      JWTClaimsSet claims = jwt.getJWTClaimsSet();
      if (claims != null) {
        return claims;
      }
    } catch (ParseException e) {
      throw new InvalidTokenException("the token's claims are not those of a JSON Web Token");
    }
    throw new InvalidTokenException("the token holds no claims");
  }

  private Issuer issuer(JWTClaimsSet claims) throws InvalidTokenException {
    String name = claims.getIssuer();
    Issuer issuer = name == null ? null : issuers.get(TrustedIssuer.withoutSlash(name));
    if (issuer == null) {
      throw new InvalidTokenException(
          "the token's issuer is not trusted here; trusted are "
              + issuers().stream().map(known -> known.issuer().toString()).toList());
    }
    return issuer;
  }

  private VerifiedToken introspected(
      String token,
      Claims checked,
      VerifiedToken verified,
      Issuer issuer,
      Introspection introspection)
      throws InvalidTokenException, IssuerUnavailableException {
    URI where = issuer.keys().document().introspection();
    if (where == null) {
      if (!introspection.always()) {
        return verified;
      }
      throw new IssuerUnavailableException(
          issuer.terms().issuer() + " does not say where it answers about tokens");
    }
    requireNoFailure(issuer);
    JsonNode said;
    try {
      String secret = Files.readString(introspection.secretFile()).strip();
      Map<String, String> form = Map.of("token", token, "token_type_hint", "access_token");
      JsonDoor.Reply reply =
          door.post(where, form, JsonDoor.clientCredentials(introspection.clientId(), secret));
      if (!reply.isOk()) {
        throw new IOException("it answered with status " + reply.status());
      }
      said = reply.body();
      issuer.failure().set(null);
    } catch (IOException e) {
      String why = issuer.terms().issuer() + " was asked about a token: " + e.getMessage();
      issuer.failure().set(new Failure(why, clock.instant().plus(FAILED)));
      throw new IssuerUnavailableException(why, e);
    }
    if (!said.path("active").asBoolean()) {
      throw new InvalidTokenException("the token is not active: it was revoked or has ended");
    }
    return verified.saysRights()
        ? verified
        : checked.with(
            verified,
            said.path("scope").asText(),
            name -> JSON.convertValue(said.get(name), Object.class));
  }

  /** One that does not answer must not make everybody wait who comes with a token of its. */
  private void requireNoFailure(Issuer issuer) throws IssuerUnavailableException {
    Failure before = issuer.failure().get();
    if (before == null) {
      return;
    }
    Instant now = clock.instant();
    boolean soon = now.isBefore(before.again()) && before.again().minus(ASKING).isBefore(now);
    Failure trying = new Failure(before.why(), now.plus(ASKING));
    if (soon || !issuer.failure().compareAndSet(before, trying)) {
      throw new IssuerUnavailableException(before.why());
    }
  }

  private static String fileName(TrustedIssuer issuer) {
    String host = issuer.issuer().getHost() + issuer.issuer().getPath();
    return host.replaceAll("[^A-Za-z0-9.-]", "_")
        + "-"
        + Integer.toHexString(issuer.name().hashCode())
        + ".json";
  }

  private static ThreadFactory daemon() {
    return task -> {
      Thread thread = new Thread(task, "keys of issuers");
      thread.setDaemon(true);
      return thread;
    };
  }
}
