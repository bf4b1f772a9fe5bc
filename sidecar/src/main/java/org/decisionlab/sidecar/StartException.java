// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

/** The sidecar cannot start. The message says why and what to do. */
public final class StartException extends Exception {

  private static final long serialVersionUID = 1L;

  /** With the reason. */
  public StartException(String message) {
    super(message);
  }

  /** With the reason and the fault underneath. */
  public StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
