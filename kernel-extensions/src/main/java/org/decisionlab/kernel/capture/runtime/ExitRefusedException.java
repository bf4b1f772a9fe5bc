// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

/** Thrown where a cell calls {@code System.exit}: it ends the cell, not the kernel. */
public final class ExitRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ExitRefusedException(int status) {
    super(
        "a cell cannot end the kernel with exit("
            + status
            + "); the cell ends here, use the kernel menu to restart");
  }
}
