// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.verify;

import java.io.IOException;

/**
 * An issuer whose keys or whose word on a token is needed does not answer. The token may hold; the
 * same request can be made again later (HTTP 503).
 */
public final class IssuerUnavailableException extends IOException {

  private static final long serialVersionUID = 1L;

  /** With what was asked and what happened. */
  public IssuerUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }

  /** With what was asked and what happened. */
  public IssuerUnavailableException(String message) {
    super(message);
  }
}
