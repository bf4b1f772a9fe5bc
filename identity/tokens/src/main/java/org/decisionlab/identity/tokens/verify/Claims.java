// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.verify;

import com.nimbusds.jwt.JWTClaimsSet;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.decisionlab.identity.tokens.scope.InvalidPathException;
import org.decisionlab.identity.tokens.scope.StorageScopes;
import org.jspecify.annotations.Nullable;

/**
 * What a token with a right signature must say, by RFC 7519 and, where it has {@code wlcg.ver}, by
 * the WLCG Common JWT Profiles. Claims that are not known are ignored.
 */
final class Claims {

  /** How far clocks may differ for the beginning of a token. Its end has no such grace. */
  static final Duration SKEW = Duration.ofSeconds(60);

  private static final String VERSION = "wlcg.ver";
  private static final List<String> GROUPS = List.of("wlcg.groups", "groups", "roles");
  private static final List<String> OF_ID_TOKENS = List.of("nonce", "at_hash", "c_hash");

  private final JWTClaimsSet claims;
  private final TrustedIssuer issuer;
  private final Duration grace;

  Claims(JWTClaimsSet claims, TrustedIssuer issuer, Duration grace) {
    this.claims = claims;
    this.issuer = issuer;
    this.grace = grace;
  }

  /** Checks everything but rights. */
  VerifiedToken verified(Instant now) throws InvalidTokenException {
    checkTimes(now);
    for (String claim : OF_ID_TOKENS) {
      if (claims.getClaim(claim) != null) {
        throw new InvalidTokenException("this is an ID token; an access token is wanted");
      }
    }
    if (claims.getClaim(VERSION) != null) {
      checkProfile();
    }
    checkAudience();
    String subject = claims.getSubject();
    if (subject == null || subject.isBlank()) {
      throw new InvalidTokenException("the token names no subject ('sub')");
    }
    return token(
        subject,
        readable(claims.getClaim("preferred_username")),
        scopes(text("scope")),
        groups(claims::getClaim));
  }

  /** The same token with what its issuer says of it; scopes that it names itself are all it has. */
  VerifiedToken with(VerifiedToken token, String scope, Introspected said)
      throws InvalidTokenException {
    String told = readable(said.claim("username"));
    Set<String> held = token.scopes().isEmpty() ? scopes(scope) : token.scopes();
    Set<String> groups = groups(name -> listed(said.claim(name)));
    return token(token.subject(), told == null ? token.username() : told, held, groups);
  }

  /** Releases of IAM after 1.12 tell groups in one text, commas between, which no name has. */
  private static @Nullable Object listed(@Nullable Object told) {
    return told instanceof String text
        ? Arrays.stream(text.split(",", -1)).filter(name -> !name.isBlank()).toList()
        : told;
  }

  /** A claim that an issuer tells of a token. */
  @FunctionalInterface
  interface Introspected {
    @Nullable Object claim(String name);
  }

  private static @Nullable String readable(@Nullable Object name) {
    return name instanceof String text && !text.isBlank() ? text : null;
  }

  private VerifiedToken token(
      String subject, @Nullable String username, Set<String> scopes, Set<String> groups)
      throws InvalidTokenException {
    try {
      return new VerifiedToken(
          issuer.issuer().toString(),
          subject,
          username,
          text("client_id"),
          claims.getJWTID(),
          scopes,
          groups,
          StorageScopes.of(scopes, issuer.base()),
          expiry());
    } catch (InvalidPathException e) {
      throw new InvalidTokenException("the token is invalid: " + e.getMessage());
    }
  }

  private void checkTimes(Instant now) throws InvalidTokenException {
    Instant expiry = expiry();
    if (!now.isBefore(expiry.plus(grace))) {
      throw new InvalidTokenException("the token expired at " + expiry);
    }
    checkBegun(claims.getNotBeforeTime(), now);
    checkBegun(claims.getIssueTime(), now);
  }

  private static void checkBegun(@Nullable Date begin, Instant now) throws InvalidTokenException {
    if (begin != null && begin.toInstant().isAfter(now.plus(SKEW))) {
      throw new InvalidTokenException(
          "the token does not hold before " + begin.toInstant() + "; compare the clocks");
    }
  }

  private Instant expiry() throws InvalidTokenException {
    Date expiry = claims.getExpirationTime();
    if (expiry == null) {
      throw new InvalidTokenException("the token has no expiry ('exp')");
    }
    return expiry.toInstant();
  }

  /** Every minor version of profile 1 will do; its claims are not optional. */
  private void checkProfile() throws InvalidTokenException {
    String version = text(VERSION);
    if (version == null || !version.matches("1(\\.[0-9]{1,6})?")) {
      throw new InvalidTokenException("the version of the token's WLCG profile is not 1");
    }
    if (claims.getIssueTime() == null) {
      throw new InvalidTokenException("a token of the WLCG profile must have 'iat'");
    }
    if (claims.getJWTID() == null) {
      throw new InvalidTokenException("a token of the WLCG profile must have 'jti'");
    }
    if (claims.getAudience().isEmpty()) {
      throw new InvalidTokenException("a token of the WLCG profile must have 'aud'");
    }
  }

  private void checkAudience() throws InvalidTokenException {
    List<String> meantFor = claims.getAudience();
    if (meantFor.isEmpty() && issuer.withoutAudience()) {
      return;
    }
    for (String audience : meantFor) {
      if (issuer.audiences().contains(audience)
          || (issuer.anyAudience() && audience.equals(TrustedIssuer.ANY_AUDIENCE))) {
        return;
      }
    }
    throw new InvalidTokenException(
        "the token is not meant for this service; ask for one with the audience "
            + String.join(" or ", issuer.audiences().stream().sorted().toList()));
  }

  private @Nullable String text(String claim) throws InvalidTokenException {
    try {
      return claims.getStringClaim(claim);
    } catch (ParseException e) {
      throw new InvalidTokenException("the claim '" + claim + "' must be a text");
    }
  }

  static Set<String> scopes(@Nullable String text) {
    Set<String> scopes = new LinkedHashSet<>();
    if (text != null) {
      for (String scope : text.split(" ", -1)) {
        if (!scope.isEmpty()) {
          scopes.add(scope);
        }
      }
    }
    return scopes;
  }

  private static Set<String> groups(Introspected said) throws InvalidTokenException {
    for (String claim : GROUPS) {
      Object value = said.claim(claim);
      if (value == null) {
        continue;
      }
      if (!(value instanceof Collection<?> names)) {
        throw new InvalidTokenException("the claim '" + claim + "' must be a list of texts");
      }
      Set<String> groups = new LinkedHashSet<>();
      for (Object name : names) {
        if (!(name instanceof String group) || group.isEmpty()) {
          throw new InvalidTokenException("the claim '" + claim + "' must be a list of texts");
        }
        groups.add(group.startsWith("/") ? group : "/" + group);
      }
      return groups;
    }
    return Set.of();
  }
}
