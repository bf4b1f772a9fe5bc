// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import java.util.Collection;
import java.util.List;
import org.decisionlab.identity.tokens.scope.IdentityScopes;
import org.decisionlab.identity.tokens.scope.InvalidPathException;
import org.decisionlab.identity.tokens.scope.StorageOperation;
import org.decisionlab.identity.tokens.scope.StoragePath;
import org.decisionlab.identity.tokens.scope.StorageScopes;

/** Which scopes grant others: by name, those of storage by the components of their paths. */
final class ScopeRules {

  private ScopeRules() {}

  /** Whether scopes grant what another one would. */
  static boolean cover(Collection<String> has, String scope) {
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

  /**
   * The scopes of an answer that go beyond those that were asked for. Those about who the user is
   * do not count: some providers add them to every token, and they grant nothing at a service.
   */
  static List<String> beyond(Collection<String> asked, Collection<String> answered) {
    return answered.stream()
        .filter(scope -> !IdentityScopes.contains(scope) && !cover(asked, scope))
        .sorted()
        .toList();
  }
}
