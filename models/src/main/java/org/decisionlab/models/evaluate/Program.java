// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import java.util.List;

/**
 * A compiled graph.
 *
 * @param steps what to run, in order, over the working memory of one row
 * @param workSize numbers in the working memory; the row's features come first
 * @param outputOffset where the answer begins when all steps have run
 */
record Program(List<Step> steps, int workSize, int outputOffset) {
  Program {
    steps = List.copyOf(steps);
  }
}
