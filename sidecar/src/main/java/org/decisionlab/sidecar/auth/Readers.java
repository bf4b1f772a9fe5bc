// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.auth;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who may read a model, beside its owner and administrators, who always may: everybody with the
 * right to read, nobody, or those of some groups of one issuer. Immutable.
 *
 * @param scope how many they are
 * @param groups the groups, exactly: a subgroup is another group; empty where none are named
 * @param issuer whose groups they are, as in names of owners; null where none are named
 */
public record Readers(Scope scope, List<String> groups, @Nullable String issuer) {

  /** How many may read a model. */
  public enum Scope {
    /** Whoever has the right to read. */
    ALL,
    /** Its owner and administrators. */
    OWNER,
    /** They, and members of some groups. */
    GROUPS;

    /** The word for it in files and messages. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whoever has the right to read. */
  public static final Readers ALL = new Readers(Scope.ALL, List.of(), null);

  /** Owner and administrators alone. */
  public static final Readers OWNER = new Readers(Scope.OWNER, List.of(), null);

  private static final String GROUP = "(/[^/\\s]+)+";

  /** Copies, and refuses groups of nobody and names that are no groups. */
  public Readers {
    groups = List.copyOf(groups);
    boolean named = scope == Scope.GROUPS;
    if (named == groups.isEmpty() || named == (issuer == null)) {
      throw new IllegalArgumentException(
          "readers are all, the owner, or one or more groups of an issuer");
    }
    for (String group : groups) {
      if (!isGroup(group)) {
        throw new IllegalArgumentException(
            "a group is written like /cms/analysis, not '" + group + "'");
      }
    }
  }

  /** Owner, administrators, and members of these groups. */
  public static Readers groups(List<String> groups, String issuer) {
    return new Readers(Scope.GROUPS, groups, issuer);
  }

  /** Whether a text can be the name of a group, with its slash at the beginning. */
  public static boolean isGroup(String text) {
    return text.matches(GROUP);
  }

  /** Whether nobody who may read models is kept out. */
  public boolean areAll() {
    return scope == Scope.ALL;
  }

  /**
   * Whether somebody may read the model. Asked for each question to a model, so it makes nothing
   * and waits for nobody.
   *
   * @param owner whose model it is; null for nobody's
   */
  public boolean admit(Identity asker, @Nullable String owner) {
    if (scope == Scope.ALL || asker.may(Right.ADMIN) || asker.name().equals(owner)) {
      return true;
    }
    Realm realm = asker.realm();
    if (scope != Scope.GROUPS || realm == null || !realm.issuer().equals(issuer)) {
      return false;
    }
    for (int i = 0; i < groups.size(); i++) {
      if (asker.groups().contains(groups.get(i))) {
        return true;
      }
    }
    return false;
  }
}
