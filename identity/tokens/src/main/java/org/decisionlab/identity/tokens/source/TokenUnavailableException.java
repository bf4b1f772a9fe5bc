// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.source;

/** No token can be had. The message is for the user: it says why, and what to do. */
public final class TokenUnavailableException extends Exception {

  private static final long serialVersionUID = 1L;

  /** With the reason. */
  public TokenUnavailableException(String message) {
    super(message);
  }

  /** With the reason and what caused it. */
  public TokenUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
