// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.cell;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that the cells have declared, and runs of more code among it; on the cell thread. */
public interface CellSession {

  /** The names in the order of their declaration: variables, methods, types. */
  List<Declaration> declarations() throws Exception;

  /**
   * Forgets all variables, methods and types of the cells, and the imports that cells have made.
   * Imports of the kernel and of extensions stay.
   */
  void reset() throws Exception;

  /**
   * Runs text as if it were a cell of its own: Java and magics. All of it is checked first.
   *
   * @param code the text; if it is the end of the running cell, places in errors are those of the
   *     cell
   * @param watch stands around the run of each piece
   * @return the value of its last expression, {@code null} where there is none
   * @throws Exception what the code threw, or why it does not compile
   */
  default @Nullable Object run(String code, CodeWatch watch) throws Exception {
    return run(FramedCode.of(code), watch);
  }

  /** Runs text between words that the user has not written, as {@link #run(String, CodeWatch)}. */
  @Nullable Object run(FramedCode code, CodeWatch watch) throws Exception;
}
