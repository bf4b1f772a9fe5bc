// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import org.decisionlab.identity.tokens.http.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * A user's login as the hub keeps it ({@code auth_state}). Its text form says when its token ends
 * and nothing else.
 */
final class Login {

  private static final Duration MOST_MARGIN = Duration.ofMinutes(5);

  /** What a renewal changes. */
  private static final List<String> RENEWED =
      List.of("access_token", "refresh_token", "expires_at", "scope");

  private static final JsonMapper SORTING =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  private final ObjectNode state;
  private final @Nullable JWTClaimsSet claims;

  private Login(ObjectNode state) {
    this.state = state;
    this.claims = claims(state.path("access_token").asText());
  }

  /** A login; null when the state of the hub holds none. */
  static @Nullable Login of(JsonNode state) {
    return state instanceof ObjectNode object && object.hasNonNull("access_token")
        ? new Login(object.deepCopy())
        : null;
  }

  /** The same login with other tokens. A null refresh token leaves the old one. */
  Login with(
      String accessToken,
      @Nullable String refreshToken,
      @Nullable Instant expiresAt,
      Collection<String> scopes) {
    ObjectNode fresh = state.deepCopy();
    fresh.put("access_token", accessToken);
    if (refreshToken != null) {
      fresh.put("refresh_token", refreshToken);
    }
    if (expiresAt == null) {
      fresh.remove("expires_at");
    } else {
      fresh.put("expires_at", expiresAt.getEpochSecond());
    }
    if (!scopes.isEmpty()) {
      fresh.putArray("scope").addAll(scopes.stream().map(fresh::textNode).toList());
    }
    if (fresh.get("token_response") instanceof ObjectNode answer) {
      answer.put("access_token", accessToken);
      if (refreshToken != null) {
        answer.put("refresh_token", refreshToken);
      }
    }
    return new Login(fresh);
  }

  /**
   * Which login this is: a digest of what the hub keeps of it beside its tokens, which no renewal
   * changes. The next login of the same or of another account has other identity tokens and claims.
   */
  String identity() {
    ObjectNode lasting = state.deepCopy();
    lasting.remove(RENEWED);
    if (lasting.get("token_response") instanceof ObjectNode answer) {
      answer.remove(RENEWED);
    }
    Object sorted = SORTING.convertValue(lasting, Object.class);
    try {
      return Sha256.hex(SORTING.writeValueAsString(sorted));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("what was JSON is JSON", e);
    }
  }

  /** What the hub is to keep. */
  ObjectNode state() {
    return state;
  }

  String accessToken() {
    return state.path("access_token").asText();
  }

  @Nullable String refreshToken() {
    String token = state.path("refresh_token").asText("");
    return token.isEmpty() || token.equals("null") ? null : token;
  }

  /** When the access token ends; null when nobody says it. */
  @Nullable Instant expiresAt() {
    Date expiry = claims == null ? null : claims.getExpirationTime();
    if (expiry != null) {
      return expiry.toInstant();
    }
    long seconds = state.path("expires_at").asLong(0);
    return seconds == 0 ? null : Instant.ofEpochSecond(seconds);
  }

  boolean isAlive(Instant now) {
    Instant end = expiresAt();
    return end != null && now.isBefore(end);
  }

  /** Whether enough of its life is left to hand it out. */
  boolean isFresh(Instant now) {
    Instant end = expiresAt();
    return end != null && now.isBefore(end.minus(margin(life())));
  }

  /** The scopes of the access token; none when nobody says them. */
  List<String> scopes() {
    List<String> scopes = new ArrayList<>();
    if (claims != null && claims.getClaim("scope") instanceof String text) {
      scopes.addAll(List.of(text.split(" ")));
    } else {
      state.path("scope").forEach(scope -> scopes.add(scope.asText()));
    }
    scopes.removeIf(String::isEmpty);
    return scopes;
  }

  /** The audiences of the access token; none when it does not say them. */
  List<String> audiences() {
    return claims == null ? List.of() : claims.getAudience();
  }

  /**
   * How much of a token's life must be left: five minutes, or half of its life when that is less.
   */
  static Duration margin(Duration life) {
    Duration half = life.dividedBy(2);
    return half.compareTo(MOST_MARGIN) < 0 ? half : MOST_MARGIN;
  }

  @Override
  public String toString() {
    return "login with a token until " + expiresAt();
  }

  private Duration life() {
    Instant end = expiresAt();
    Date issued = claims == null ? null : claims.getIssueTime();
    if (issued != null && end != null && issued.toInstant().isBefore(end)) {
      return Duration.between(issued.toInstant(), end);
    }
    return Duration.ofSeconds(
        Math.max(0, state.path("token_response").path("expires_in").asLong(600)));
  }

  private static @Nullable JWTClaimsSet claims(String token) {
    try {
      return JWTParser.parse(token).getJWTClaimsSet();
    } catch (ParseException | IllegalArgumentException e) {
      return null;
    }
  }
}
