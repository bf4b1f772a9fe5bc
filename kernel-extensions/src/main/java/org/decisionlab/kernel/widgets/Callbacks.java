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
   * Runs the code; what it throws is shown as the error of the cell, and the caller goes on. Where
   * the user has stopped the cell, or memory has run out, it is passed on.
   */
  static void run(Code code) {
    try {
      code.run();
    } catch (OutOfMemoryError e) {
      throw e;
    } catch (Exception | Error e) {
      KernelScope scope = KernelScope.of(BaseKernel.notebookKernel());
      if (scope.cellOfThread().interrupted()) {
        throw Callbacks.<RuntimeException>asItIs(e);
      }
      scope.showError(e);
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // no cast happens at run time
  private static <E extends Exception> E asItIs(Throwable e) throws E {
    throw (E) e;
  }
}
