// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.timing;

/** Code that is measured: a cell compiles it once. */
public interface Loop {

  /**
   * Runs the code.
   *
   * @param times how often
   * @param sink takes its results
   * @throws Throwable what the code throws
   */
  void run(long times, Sink sink) throws Throwable;
}
