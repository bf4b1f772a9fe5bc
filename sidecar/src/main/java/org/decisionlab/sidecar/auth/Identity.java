// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.auth;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who asks.
 *
 * @param name name for logs, limits and ownership; never a token
 * @param rights what they may do
 * @param user how people call them, for logs and messages only; null where that is the name
 * @param hint why they may not do more, for the message that says so; null for nothing to say
 */
public record Identity(
    String name, Set<Right> rights, @Nullable String user, @Nullable String hint) {

  /** Keeps a copy of the rights. */
  public Identity {
    rights = Set.copyOf(rights);
  }

  /** Somebody who is called by name. */
  public Identity(String name, Set<Right> rights) {
    this(name, rights, null, null);
  }

  /** How people call them. */
  public String shown() {
    return user == null ? name : user;
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
