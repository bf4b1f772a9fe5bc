// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.store;

import java.util.regex.Pattern;

/**
 * A name that points at one version of a model. Three have a meaning to the sidecar; others, such
 * as {@code candidate}, keep a version loaded so that it can be asked by that name.
 *
 * @param value a lower-case letter, then lower-case letters, digits, {@code _} and {@code -}; at
 *     most 32 characters
 */
public record Alias(String value) implements Comparable<Alias> {

  // Before the aliases, which are made by it.
  private static final Pattern ALLOWED = Pattern.compile("[a-z][a-z0-9_-]{0,31}");

  /** The version that answers who names no version. */
  public static final Alias PRODUCTION = new Alias("production");

  /** The version that answers a share of those who name no version. */
  public static final Alias CANARY = new Alias("canary");

  /** The version that is asked the same rows as the answering one, and only compared with it. */
  public static final Alias SHADOW = new Alias("shadow");

  /** Refuses any other text with {@link IllegalArgumentException}. */
  public Alias {
    if (!ALLOWED.matcher(value).matches()) {
      String shown = value.length() > 60 ? value.substring(0, 60) + "..." : value;
      throw new IllegalArgumentException(
          "alias '"
              + shown
              + "' is not allowed: a lower-case letter, then lower-case letters, digits, '_' and"
              + " '-', at most 32 characters");
    }
  }

  @Override
  public int compareTo(Alias other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
