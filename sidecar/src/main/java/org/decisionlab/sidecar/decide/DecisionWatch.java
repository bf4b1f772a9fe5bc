// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

/** Is told what models answered caches. Must be quick, and must not throw. */
@FunctionalInterface
public interface DecisionWatch {

  /** Looks at nothing. */
  DecisionWatch NONE = (by, rows, answers) -> {};

  /**
   * Rows that a model answered; the arrays are handed over.
   *
   * @param by the model
   * @param rows what was known of each file, in the order of the model's features
   * @param answers one number for each row, a probability
   */
  void answered(DecisionModel by, float[][] rows, float[][] answers);
}
