// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

/** One loop over the working memory of a row. */
@FunctionalInterface
interface Step {

  /** Reads operands from arrays of {@code work} and writes the result into one of them. */
  void run(float[][] work);

  /**
   * Runs for the first {@code rows} of several rows, each with a working memory of its own.
   *
   * @param works working memory of each row
   * @param rows how many of them
   */
  default void run(float[][][] works, int rows) {
    for (int row = 0; row < rows; row++) {
      run(works[row]);
    }
  }

  /** Whether running for several rows at once is quicker than one after the other. */
  default boolean gainsFromBlocks() {
    return false;
  }
}
