// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import org.decisionlab.kernel.cell.KernelScope;
import org.dflib.jjava.jupyter.kernel.BaseKernel;

/** Runs what cells have asked to be called. */
final class Callbacks {

  private Callbacks() {}

  /** Code of a cell. */
  interface Code {

    /** Runs the code. */
    void run() throws Exception;
  }

  /**
   * Runs the code; what it throws is shown as the error of the running cell, and the caller goes
   * on. A stop by the user is passed on.
   */
  static void run(Code code) {
    try {
      code.run();
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      KernelScope.of(BaseKernel.notebookKernel()).showError(e);
    }
  }
}
