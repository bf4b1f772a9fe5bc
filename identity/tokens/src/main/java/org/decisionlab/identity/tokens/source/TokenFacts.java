// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.source;

import com.nimbusds.jwt.JWTClaimsSet;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an access token tells of itself. Nothing of it is verified: it is for showing it to the one
 * who has the token, not for deciding anything.
 *
 * @param issuer who has made it ({@code iss}), or null
 * @param subject whom it stands for ({@code sub}), or null
 * @param userName the name that people know ({@code preferred_username}), or null
 * @param groups {@code wlcg.groups}, else {@code groups}, else {@code roles}
 * @param audiences the services that are to accept it ({@code aud})
 * @param scopes what it is good for (from one claim of the token)
 */
public record TokenFacts(
    @Nullable String issuer,
    @Nullable String subject,
    @Nullable String userName,
    List<String> groups,
    List<String> audiences,
    List<String> scopes) {

  private static final List<String> GROUPS = List.of("wlcg.groups", "groups", "roles");

  /** Copies its lists. */
  public TokenFacts {
    groups = List.copyOf(groups);
    audiences = List.copyOf(audiences);
    scopes = List.copyOf(scopes);
  }

  static TokenFacts of(JWTClaimsSet claims) {
    String scope = text(claims, "scope");
    return new TokenFacts(
        claims.getIssuer(),
        claims.getSubject(),
        text(claims, "preferred_username"),
        groups(claims),
        claims.getAudience(),
        scope == null || scope.isBlank() ? List.of() : List.of(scope.strip().split("\\s+", -1)));
  }

  private static @Nullable String text(JWTClaimsSet claims, String name) {
    return claims.getClaim(name) instanceof String text ? text : null;
  }

  private static List<String> groups(JWTClaimsSet claims) {
    for (String claim : GROUPS) {
      if (claims.getClaim(claim) instanceof Collection<?> names) {
        return names.stream()
            .filter(String.class::isInstance)
            .map(String.class::cast)
            .map(name -> name.startsWith("/") ? name : "/" + name)
            .toList();
      }
    }
    return List.of();
  }
}
