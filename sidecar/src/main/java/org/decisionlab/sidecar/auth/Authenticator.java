// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.auth;

import org.decisionlab.identity.tokens.verify.InvalidTokenException;
import org.decisionlab.identity.tokens.verify.IssuerUnavailableException;
import org.jspecify.annotations.Nullable;

/** Tells who presents a bearer token. Thread safe. */
@FunctionalInterface
public interface Authenticator extends AutoCloseable {

  /**
   * Who presents this token, as far as memory tells. Called on an event loop for each request, so
   * it waits for nobody.
   *
   * @param token the token as it was sent, without the word {@code Bearer}
   * @return null when only {@link #ask} can tell
   * @throws InvalidTokenException when it is known not to hold: unknown, malformed, expired,
   *     revoked
   */
  @Nullable Identity identify(String token) throws InvalidTokenException;

  /**
   * Who presents a token of which {@link #identify} knew nothing. May wait some seconds for
   * somebody else, so it is never called on an event loop.
   *
   * @throws InvalidTokenException when it does not hold
   * @throws IssuerUnavailableException when whoever could tell does not answer
   */
  default Identity ask(String token) throws InvalidTokenException, IssuerUnavailableException {
    throw new InvalidTokenException("the token is not known");
  }

  /** Called when the sidecar ends. */
  @Override
  default void close() {}

  /** Whom {@link #ask} may wait for; empty where for nobody. Fit for an event loop. */
  default String waitsFor(String token) {
    return "";
  }
}
