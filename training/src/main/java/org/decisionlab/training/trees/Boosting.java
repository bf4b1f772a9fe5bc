// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import org.decisionlab.models.trees.TreeModel;

/** A training that goes on round by round, in a library's own memory. */
interface Boosting extends AutoCloseable {

  /**
   * Adds a round of trees.
   *
   * @return false when no further tree would make a difference
   */
  boolean update();

  /** The figures after the last round. */
  Figures figures();

  /** What can be told of the rounds so far. */
  record Figures(double trainLoss, double validationLoss, double validationAuc) {}

  /** The model of the first rounds, with all that is needed to ask the library itself. */
  Boosted result(int rounds);

  @Override
  void close();

  /** Trees that are done. */
  interface Boosted extends AutoCloseable {

    /** The trees, read from the library's own file. */
    TreeModel model();

    /** The library's own answers. */
    float[] predict(float[] values, int rows);

    @Override
    void close();
  }
}
