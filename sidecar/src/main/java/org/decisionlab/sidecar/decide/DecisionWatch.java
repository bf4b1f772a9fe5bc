// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

/** Is told what models answered caches. Must be quick, and must not throw. */
public interface DecisionWatch {

  /** Looks at nothing. */
  DecisionWatch NONE =
      new DecisionWatch() {
        @Override
        public void answered(DecisionModel by, float[][] rows, float[][] answers) {}

        @Override
        public void ordered(DecisionModel by, float[][] rows, float[][] answers) {}
      };

  /**
   * Openings that a model answered; the arrays are handed over.
   *
   * @param by the model
   * @param rows what was known of each file, in the order of the model's features
   * @param answers one number for each row, a probability
   */
  void answered(DecisionModel by, float[][] rows, float[][] answers);

  /**
   * Cached files that a model ordered; none of them was opened, so they are of another distribution
   * than what it was trained on. As {@link #answered} else.
   */
  void ordered(DecisionModel by, float[][] rows, float[][] answers);
}
