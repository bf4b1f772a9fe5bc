// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.scope;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The storage scopes of one token (WLCG Common JWT Profiles v1.3, section on capability based
 * authorization): {@code storage.OPERATION:/PATH}. A scope grants its path and what is below it, by
 * whole components: {@code /store} does not grant {@code /store-other}.
 */
public final class StorageScopes {

  private record Grant(StorageOperation operation, StoragePath path) {}

  private final List<Grant> grants;

  private StorageScopes(List<Grant> grants) {
    this.grants = List.copyOf(grants);
  }

  /**
   * Reads the storage scopes among the scopes of a token; others, and storage operations that the
   * profile does not know, grant nothing.
   *
   * @param scopes all scopes of the token
   * @param base where the paths of its issuer begin
   * @throws InvalidPathException when a storage scope has no path, or none that is normalised; such
   *     a token is invalid as a whole
   */
  public static StorageScopes of(Collection<String> scopes, StoragePath base)
      throws InvalidPathException {
    List<Grant> grants = new ArrayList<>();
    for (String scope : scopes) {
      int colon = scope.indexOf(':');
      StorageOperation operation =
          StorageOperation.ofScope(colon < 0 ? scope : scope.substring(0, colon));
      if (operation == null) {
        continue;
      }
      if (colon < 0 || colon == scope.length() - 1) {
        throw new InvalidPathException("the scope " + operation.scope() + " needs a path");
      }
      grants.add(new Grant(operation, path(scope.substring(colon + 1), base, operation)));
    }
    return new StorageScopes(grants);
  }

  /** Whether an operation on a path is granted. */
  public boolean permit(StorageOperation operation, StoragePath path) {
    for (Grant grant : grants) {
      if (grant.operation().covers(operation) && grant.path().contains(path)) {
        return true;
      }
    }
    return false;
  }

  /** Whether nothing at all is granted. */
  public boolean isEmpty() {
    return grants.isEmpty();
  }

  /** The grants, such as {@code storage.read:/cms}. */
  @Override
  public String toString() {
    return grants.stream().map(g -> g.operation().scope() + ":" + g.path()).toList().toString();
  }

  private static StoragePath path(String text, StoragePath base, StorageOperation operation)
      throws InvalidPathException {
    try {
      return base.resolve(StoragePath.ofEncoded(text));
    } catch (InvalidPathException e) {
      throw new InvalidPathException("the scope " + operation.scope() + ": " + e.getMessage());
    }
  }
}
