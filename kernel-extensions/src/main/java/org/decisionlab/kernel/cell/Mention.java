// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.cell;

/** Hears that a cell is about to use a word that it does not declare itself. */
@FunctionalInterface
public interface Mention {

  /**
   * Called on the cell thread before the cell is compiled; here the word may be declared with
   * {@link KernelScope#bind}. The word may be a variable of the cells already.
   *
   * @throws Exception if the word cannot be had: the cell fails with it and does not run
   */
  void mentioned() throws Exception;
}
