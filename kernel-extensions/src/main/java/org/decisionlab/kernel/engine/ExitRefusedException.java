// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

/** Thrown where a cell calls {@code System.exit}: it ends the cell, not the kernel. */
public final class ExitRefusedException extends RuntimeException {

  ExitRefusedException(int status) {
    super(
        "a cell cannot end the kernel with exit("
            + status
            + "); the cell ends here, use the kernel menu to restart");
  }
}
