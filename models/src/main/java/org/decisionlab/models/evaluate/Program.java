// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import java.util.Arrays;
import java.util.List;

/** A compiled graph: steps over the working memory of one row, whose first array is the row. */
final class Program {

  private final Step[] steps;
  private final int[] widths;
  private final int output;

  /**
   * A program.
   *
   * @param steps what to run, in order
   * @param widths sizes of the arrays of the working memory
   * @param output which array holds the answer when all steps have run
   */
  Program(List<Step> steps, List<Integer> widths, int output) {
    this.steps = steps.toArray(Step[]::new);
    this.widths = widths.stream().mapToInt(Integer::intValue).toArray();
    this.output = output;
  }

  /** Number of steps. */
  int size() {
    return steps.length;
  }

  /** Memory for one row at a time. */
  float[][] newWork() {
    float[][] work = new float[widths.length][];
    for (int i = 0; i < work.length; i++) {
      work[i] = new float[widths[i]];
    }
    return work;
  }

  /** Whether several rows at once are quicker than one after the other. */
  boolean gainsFromBlocks() {
    return Arrays.stream(steps).anyMatch(Step::gainsFromBlocks);
  }

  /**
   * The answers for some rows, each in the working memory of its own.
   *
   * @param rows all rows
   * @param first the first that is asked
   * @param count how many
   * @param answers where their answers go
   * @param works working memory, one for each row
   */
  void run(float[][] rows, int first, int count, float[][] answers, float[][][] works) {
    for (int i = 0; i < count; i++) {
      float[] row = rows[first + i];
      System.arraycopy(row, 0, works[i][0], 0, row.length);
    }
    for (Step step : steps) {
      step.run(works, count);
    }
    for (int i = 0; i < count; i++) {
      answers[first + i] = works[i][output].clone();
    }
  }

  /** The answer for a row: one of the arrays of {@code work}. */
  float[] run(float[] row, float[][] work) {
    System.arraycopy(row, 0, work[0], 0, row.length);
    for (Step step : steps) {
      step.run(work);
    }
    return work[output];
  }
}
