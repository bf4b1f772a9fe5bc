// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a token is asked for.
 *
 * @param audience the service, or null for whatever comes
 * @param scopes sorted
 */
record Asked(@Nullable String audience, List<String> scopes) {

  Asked {
    scopes = List.copyOf(scopes);
  }

  /** Whether the login's own token will do. */
  boolean isAny() {
    return audience == null && scopes.isEmpty();
  }

  /** Words for messages. */
  String words() {
    return (audience == null ? "any audience" : audience)
        + (scopes.isEmpty() ? "" : " with " + String.join(" ", scopes));
  }
}
