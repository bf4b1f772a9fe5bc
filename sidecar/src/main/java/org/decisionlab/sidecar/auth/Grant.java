// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.auth;

import java.util.Set;
import org.decisionlab.identity.tokens.verify.VerifiedToken;
import org.jspecify.annotations.Nullable;

/**
 * Rights for the tokens of one issuer that have a group, a scope, or both where both are named.
 *
 * @param group a group with its leading slash, exactly: a subgroup is another group; null for any
 * @param scope a scope, exactly; null for any
 * @param rights what such a token may do
 */
record Grant(@Nullable String group, @Nullable String scope, Set<Right> rights) {

  /** Keeps a copy. */
  Grant {
    rights = Set.copyOf(rights);
  }

  /** Whether a token has what is named. Groups do not count beside capabilities. */
  boolean isFor(VerifiedToken token, Set<String> authorizingGroups) {
    return (group == null || authorizingGroups.contains(group))
        && (scope == null || token.scopes().contains(scope));
  }
}
