// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.display;

/** Whose fault it is when showing a value fails. */
final class ValueFailure {

  private static final String KERNEL = "org.decisionlab.kernel.";

  private ValueFailure() {}

  /**
   * Passes on what is not the fault of the value: a full heap and its like, and what the kernel
   * throws to stop a cell.
   */
  static void requireOwn(Throwable thrown) {
    boolean ofKernel = thrown.getClass().getName().startsWith(KERNEL);
    boolean ofMachine =
        thrown instanceof VirtualMachineError && !(thrown instanceof StackOverflowError);
    if (thrown instanceof Error error && (ofKernel || ofMachine)) {
      throw error;
    }
  }
}
