// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.store;

import java.io.IOException;

/**
 * The files of a published version are not what was published. The message says which file, what
 * was expected and what was found.
 */
public final class DamagedVersionException extends IOException {

  private static final long serialVersionUID = 1L;

  /** With what is wrong. */
  public DamagedVersionException(String message) {
    super(message);
  }

  /** With what is wrong and the fault underneath. */
  public DamagedVersionException(String message, Throwable cause) {
    super(message, cause);
  }
}
