// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.source;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.decisionlab.identity.tokens.http.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * An access token and its end. It is never part of {@code toString}; whoever needs it takes it out
 * by {@link #secret}, as late as possible.
 */
public final class AccessToken {

  private static final int MAX_LENGTH = 16 << 10;

  private final String secret;
  private final @Nullable Instant expiresAt;

  private AccessToken(String secret, @Nullable Instant expiresAt) {
    this.secret = secret;
    this.expiresAt = expiresAt;
  }

  /**
   * A token.
   *
   * @param secret the token itself
   * @param expiresAt when it stops to hold, or null when that is not known
   * @throws TokenUnavailableException when it cannot be one
   */
  public static AccessToken of(String secret, @Nullable Instant expiresAt)
      throws TokenUnavailableException {
    if (secret.isEmpty() || secret.length() > MAX_LENGTH) {
      throw new TokenUnavailableException("it is empty or longer than " + MAX_LENGTH + " bytes");
    }
    for (int i = 0; i < secret.length(); i++) {
      if (secret.charAt(i) <= ' ' || secret.charAt(i) > '~') {
        throw new TokenUnavailableException("it holds characters that no token has");
      }
    }
    return new AccessToken(secret, expiresAt);
  }

  /** A token whose end, where it tells one, is the claim {@code exp} in it. */
  public static AccessToken of(String secret) throws TokenUnavailableException {
    JWTClaimsSet claims = claims(secret);
    Date expiry = claims == null ? null : claims.getExpirationTime();
    return of(secret, expiry == null ? null : expiry.toInstant());
  }

  /** The token itself. Must not reach logs, outputs or addresses. */
  public String secret() {
    return secret;
  }

  /** What stands for it where it is named and must not be shown. */
  public String digest() {
    return Sha256.hex(secret);
  }

  /** When it stops to hold, or null when that is not known. */
  public @Nullable Instant expiresAt() {
    return expiresAt;
  }

  /** Whether it does not hold any more. */
  public boolean isExpired(Instant now) {
    return expiresAt != null && !now.isBefore(expiresAt);
  }

  /** What it tells of itself, nothing where it is not one that tells; nothing is verified. */
  public Optional<TokenFacts> facts() {
    return Optional.ofNullable(claims(secret)).map(TokenFacts::of);
  }

  /** The audiences in it, none where it does not tell; nothing is verified. */
  List<String> audiences() {
    JWTClaimsSet claims = claims(secret);
    return claims == null ? List.of() : claims.getAudience();
  }

  /** Says when it ends, and nothing else. */
  @Override
  public String toString() {
    return "access token until " + (expiresAt == null ? "an unknown time" : expiresAt);
  }

  private static @Nullable JWTClaimsSet claims(String secret) {
    try {
      return JWTParser.parse(secret).getJWTClaimsSet();
    } catch (ParseException | IllegalArgumentException e) {
      return null;
    }
  }
}
