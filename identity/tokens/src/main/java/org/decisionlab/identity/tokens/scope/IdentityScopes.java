// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.scope;

import java.util.Set;

/**
 * Scopes by which a client asks what it is told of a user, or in which form, and which grant
 * nothing at a service: those of OpenID Connect Core 1.0 (sections 3.1.2.1, 5.4 and 11), and the
 * names of the profiles of INDIGO IAM.
 */
public final class IdentityScopes {

  private static final Set<String> NAMES =
      Set.of(
          "openid",
          "profile",
          "email",
          "address",
          "phone",
          "offline_access",
          "iam",
          "wlcg",
          "aarc",
          "kc");
  private static final String GROUPS = "wlcg.groups";

  private IdentityScopes() {}

  /** Whether a scope grants nothing at a service, and brings nothing that does. */
  public static boolean contains(String scope) {
    return NAMES.contains(scope);
  }

  /**
   * Whether a scope asks for the groups of the user ({@code wlcg.groups}, {@code
   * wlcg.groups:/NAME}): it grants nothing itself, the groups that come of it may.
   */
  public static boolean asksForGroups(String scope) {
    return scope.equals(GROUPS) || scope.startsWith(GROUPS + ":");
  }
}
