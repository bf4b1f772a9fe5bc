// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.source;

import java.util.Optional;

/** One place where tokens come from. Asked by one thread at a time for each request. */
public interface TokenProvider {

  /** Its name in messages, such as {@code token broker}. */
  String name();

  /**
   * A token that holds now.
   *
   * @return nothing where this place is not set up here
   * @throws TokenUnavailableException when it is, and has none
   */
  Optional<AccessToken> token(TokenRequest request)
      throws TokenUnavailableException, InterruptedException;

  /**
   * A token after a service has refused one of this place before its end. A place that remembers
   * what it gave looks for another one; it may still be the same where there is no other.
   *
   * @param refused the token that was refused
   */
  default Optional<AccessToken> tokenInsteadOf(TokenRequest request, AccessToken refused)
      throws TokenUnavailableException, InterruptedException {
    return token(request);
  }
}
