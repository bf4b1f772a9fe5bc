// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.source;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a token is wanted for.
 *
 * @param audience the service that is to accept it, or null for whatever comes
 * @param scopes the scopes it should have, sorted, none for the usual ones
 */
public record TokenRequest(@Nullable String audience, List<String> scopes) {

  /** A token for whatever comes. */
  public static final TokenRequest ANY = new TokenRequest(null, List.of());

  private static final String SCOPE_TOKEN = "[\\x21\\x23-\\x5B\\x5D-\\x7E]+";

  /** Checks the scopes by RFC 6749 section 3.3, and sorts them. */
  public TokenRequest {
    scopes = List.copyOf(new TreeSet<>(scopes));
    for (String scope : scopes) {
      if (!scope.matches(SCOPE_TOKEN)) {
        throw new IllegalArgumentException("not a scope: '" + scope + "'");
      }
    }
    if (audience != null && !audience.matches(SCOPE_TOKEN)) {
      throw new IllegalArgumentException("not an audience: '" + audience + "'");
    }
  }

  /** A token for a service with some scopes. */
  public static TokenRequest of(String audience, Collection<String> scopes) {
    return new TokenRequest(audience, List.copyOf(scopes));
  }

  /** The scopes as they are sent. */
  String scope() {
    return String.join(" ", scopes);
  }

  /** Words for messages. */
  String words() {
    return (audience == null ? "any audience" : audience)
        + (scopes.isEmpty() ? "" : " with " + scope());
  }
}
