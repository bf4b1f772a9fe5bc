// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.verify;

import java.time.Instant;
import java.util.Set;
import org.decisionlab.identity.tokens.scope.IdentityScopes;
import org.decisionlab.identity.tokens.scope.StorageScopes;
import org.jspecify.annotations.Nullable;

/**
 * What a token says that was found to hold. It does not hold the token.
 *
 * @param issuer who issued it, as configured
 * @param subject whom it speaks for, unique within its issuer
 * @param username how its user is called where the issuer tells, for people to read: it may change
 *     and be given to somebody else, so nothing may be decided by it; or null
 * @param clientId the OAuth client that asked for it, or null when it does not say
 * @param tokenId its {@code jti}, or null
 * @param scopes all its scopes
 * @param groups its groups with a leading slash; a subgroup never implies its parent
 * @param storage what it grants on storage
 * @param expiresAt when it stops to hold
 */
public record VerifiedToken(
    String issuer,
    String subject,
    @Nullable String username,
    @Nullable String clientId,
    @Nullable String tokenId,
    Set<String> scopes,
    Set<String> groups,
    StorageScopes storage,
    Instant expiresAt) {

  /** Keeps copies. */
  public VerifiedToken {
    scopes = Set.copyOf(scopes);
    groups = Set.copyOf(groups);
  }

  /**
   * Subject and issuer: the name of one user among those of all issuers. It is the same whether the
   * issuer is configured with a slash at its end or without.
   */
  public String name() {
    return subject + "@" + TrustedIssuer.withoutSlash(issuer);
  }

  /**
   * Whether it has capabilities of the WLCG profile. Then they alone decide, and its groups do not
   * count.
   */
  public boolean hasCapabilities() {
    return scopes.stream().anyMatch(VerifiedToken::isCapability);
  }

  /**
   * Whether it says what it permits: by groups, or by a scope that is not only about who its user
   * is ({@code openid}, {@code wlcg.groups} and the like). Else it leaves that to its issuer.
   */
  public boolean saysRights() {
    return !groups.isEmpty()
        || scopes.stream()
            .anyMatch(
                scope -> !IdentityScopes.contains(scope) && !IdentityScopes.asksForGroups(scope));
  }

  /** The groups that count for authorization: none beside capabilities. */
  public Set<String> authorizingGroups() {
    return hasCapabilities() ? Set.of() : groups;
  }

  private static boolean isCapability(String scope) {
    return scope.startsWith("storage.")
        || scope.startsWith("compute.")
        || scope.equals("host.auth");
  }
}
