// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.cell;

/**
 * Stands around the run of code of a cell, without the time in which it is compiled. Both methods
 * are called on the cell thread, once for each piece that is compiled as one; calls are not nested.
 */
public interface CodeWatch {

  /** Watches nothing. */
  CodeWatch NONE =
      new CodeWatch() {
        @Override
        public void begins() {}

        @Override
        public void ends() {}
      };

  /** Called before a piece of code runs. */
  void begins();

  /** Called after it has run, whatever its outcome. */
  void ends();
}
