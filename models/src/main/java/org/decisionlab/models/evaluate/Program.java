// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import java.util.List;

/**
 * A compiled graph.
 *
 * @param steps what to run, in order, over the working memory of one row
 * @param widths sizes of the arrays of the working memory; the first holds the row's features
 * @param output which array holds the answer when all steps have run
 */
record Program(List<Step> steps, List<Integer> widths, int output) {
  Program {
    steps = List.copyOf(steps);
    widths = List.copyOf(widths);
  }

  /** Memory for one row at a time. */
  float[][] newWork() {
    float[][] work = new float[widths.size()][];
    for (int i = 0; i < work.length; i++) {
      work[i] = new float[widths.get(i)];
    }
    return work;
  }

  /** The answer for a row. */
  float[] run(float[] row, float[][] work) {
    System.arraycopy(row, 0, work[0], 0, row.length);
    for (Step step : steps) {
      step.run(work);
    }
    return work[output].clone();
  }
}
