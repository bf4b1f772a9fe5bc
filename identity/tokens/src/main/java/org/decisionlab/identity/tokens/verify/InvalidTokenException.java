// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.verify;

/** A token that does not hold. The message may be told to the one who sent it. */
public final class InvalidTokenException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient BearerError error;

  /** With the reason, which must not hold any part of the token. */
  public InvalidTokenException(String description) {
    this(BearerError.invalidToken(description));
  }

  /** With the refusal. */
  public InvalidTokenException(BearerError error) {
    super(error.description(), null, false, false);
    this.error = error;
  }

  /** The refusal, for a reply. */
  public BearerError error() {
    return error;
  }
}
