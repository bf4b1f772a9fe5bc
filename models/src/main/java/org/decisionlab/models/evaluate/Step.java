// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

/** One loop over the working memory of a row. */
@FunctionalInterface
interface Step {

  /** Reads operands from arrays of {@code work} and writes the result into one of them. */
  void run(float[][] work);
}
