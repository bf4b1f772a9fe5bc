// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import java.util.Set;

/**
 * Whom a hub's token speaks for.
 *
 * @param name the name at the hub
 * @param isUser whether it is a user, and no service
 * @param admin whether the hub knows it as an admin
 * @param scopes what the token may
 */
record Identity(String name, boolean isUser, boolean admin, Set<String> scopes) {

  Identity {
    scopes = Set.copyOf(scopes);
  }
}
