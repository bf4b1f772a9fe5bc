// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

/** The version that was to answer has just been replaced; the one that replaced it will answer. */
public final class RetiredModelException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Without a stack trace, because it is part of every switch. */
  public RetiredModelException() {
    super("the version was replaced", null, false, false);
  }
}
