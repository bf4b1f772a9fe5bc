// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.auth;

import java.util.EnumSet;
import java.util.Set;

/**
 * Who asks.
 *
 * @param name name for logs, limits and ownership; never a token
 * @param rights what they may do
 */
public record Identity(String name, Set<Right> rights) {

  /** Keeps a copy of the rights. */
  public Identity {
    rights = Set.copyOf(rights);
  }

  /** Somebody on this machine, of whom no token is wanted. */
  public static Identity local() {
    return new Identity("local", EnumSet.allOf(Right.class));
  }

  /** Whether they may do something. */
  public boolean may(Right right) {
    return rights.contains(right);
  }
}
