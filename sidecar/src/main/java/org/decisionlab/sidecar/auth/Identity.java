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
 * @param groups their groups that count, of the issuer of their realm
 * @param realm whose user they are; null where no issuer says so
 */
public record Identity(
    String name,
    Set<Right> rights,
    @Nullable String user,
    @Nullable String hint,
    Set<String> groups,
    @Nullable Realm realm) {

  private static final Identity LOCAL = new Identity("local", EnumSet.allOf(Right.class));
  private static final Identity NOBODY = new Identity("", Set.of());

  /** Keeps copies. */
  public Identity {
    rights = Set.copyOf(rights);
    groups = Set.copyOf(groups);
  }

  /** Somebody who is called by name, and is of no issuer. */
  public Identity(String name, Set<Right> rights) {
    this(name, rights, null, null, Set.of(), null);
  }

  /** How people call them. */
  public String shown() {
    return user == null ? name : user;
  }

  /** Somebody on this machine, of whom no token is wanted. */
  public static Identity local() {
    return LOCAL;
  }

  /** Somebody who has not said who they are where others must: they may do nothing. */
  public static Identity nobody() {
    return NOBODY;
  }

  /** Whether they may do something. */
  public boolean may(Right right) {
    return rights.contains(right);
  }
}
