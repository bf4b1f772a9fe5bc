// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.auth;

/** A token that is not accepted. The message may be told to the one who sent it. */
public final class InvalidTokenException extends Exception {

  private static final long serialVersionUID = 1L;

  /** With the reason, which must not hold any part of the token. */
  public InvalidTokenException(String message) {
    super(message, null, false, false);
  }
}
