// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Scopes that a client may ask for beyond the names it is registered with, as IAM decides it: a
 * path below a registered one, by a plain comparison of beginnings, and single groups.
 */
final class AskedScopes {

  private AskedScopes() {}

  /** The registered scopes, and those asked for that they let pass. */
  static Set<String> allowed(Collection<String> registered, String asked) {
    Set<String> all = new LinkedHashSet<>(registered);
    for (String scope : asked.split(" ", -1)) {
      if (registered.stream().anyMatch(each -> covers(each, scope))) {
        all.add(scope);
      }
    }
    return all;
  }

  private static boolean covers(String registered, String scope) {
    if (scope.startsWith("wlcg.groups:/")) {
      return registered.equals("wlcg.groups");
    }
    boolean path = registered.matches("(storage\\.[a-z]+):/.*");
    return path && scope.startsWith(registered) && !List.of(scope.split("/", -1)).contains("..");
  }
}
