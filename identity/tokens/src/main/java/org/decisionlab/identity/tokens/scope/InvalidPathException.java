// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.scope;

/** A path that is not absolute and normalised, or that might mean another one elsewhere. */
public final class InvalidPathException extends Exception {

  private static final long serialVersionUID = 1L;

  /** With what is wrong with the path. */
  public InvalidPathException(String message) {
    super(message, null, false, false);
  }
}
