// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.auth;

/**
 * Tells who presents a bearer token. Called on an event loop for each request: it must answer from
 * memory, and whatever it needs from elsewhere (keys, lists of revoked tokens) is fetched beside.
 * Must be thread safe.
 */
@FunctionalInterface
public interface TokenValidator {

  /**
   * Who presents this token.
   *
   * @param token the token as it was sent, without the word {@code Bearer}
   * @throws InvalidTokenException when it is unknown, malformed, expired or revoked
   */
  Identity validate(String token) throws InvalidTokenException;
}
