// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.verify;

import java.net.URI;
import java.util.Set;
import org.decisionlab.identity.tokens.http.SafeUri;
import org.decisionlab.identity.tokens.scope.StoragePath;
import org.jspecify.annotations.Nullable;

/**
 * An issuer whose tokens are accepted, and on which terms.
 *
 * @param issuer its name; one slash at the end more or less does not matter, all else is exact
 * @param audiences names of this service, one of which a token must be meant for
 * @param anyAudience whether a token for any service of WLCG is accepted too
 * @param withoutAudience whether a token that names no audience is accepted
 * @param base where the paths in its storage scopes begin
 * @param introspection how to ask it about tokens, or null
 */
public record TrustedIssuer(
    URI issuer,
    Set<String> audiences,
    boolean anyAudience,
    boolean withoutAudience,
    StoragePath base,
    @Nullable Introspection introspection) {

  /** The audience that stands for every service (WLCG Common JWT Profiles). */
  public static final String ANY_AUDIENCE = "https://wlcg.cern.ch/jwt/v1/any";

  /** Checks that it can be asked safely. */
  public TrustedIssuer {
    audiences = Set.copyOf(audiences);
    SafeUri.check(issuer);
    if (issuer.getQuery() != null || issuer.getFragment() != null) {
      throw new IllegalArgumentException("an issuer has no query and no fragment: " + issuer);
    }
    if (audiences.isEmpty() && !anyAudience && !withoutAudience) {
      throw new IllegalArgumentException(
          "no token of " + issuer + " could have the right audience");
    }
  }

  /** An issuer of tokens for one of these audiences only. */
  public static TrustedIssuer of(URI issuer, Set<String> audiences) {
    return new TrustedIssuer(issuer, audiences, false, false, StoragePath.ROOT, null);
  }

  /** The name without the slash at its end. */
  String name() {
    return withoutSlash(issuer.toString());
  }

  /** A name without one slash at its end. */
  static String withoutSlash(String issuer) {
    return issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
  }
}
