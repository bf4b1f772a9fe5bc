// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import java.util.Map;
import org.decisionlab.models.trees.TreeModel;

/** A training that goes on round by round, in a library's own memory. */
interface Boosting extends AutoCloseable {

  /** Name of the share of rows whose likeliest class is theirs. */
  String ACCURACY = "accuracy";

  /**
   * Adds a round of trees.
   *
   * @return false when no further tree would make a difference
   */
  boolean update();

  /** The figures after the last round. */
  Figures figures();

  /**
   * What can be told of the rounds so far.
   *
   * @param further figures over the validation rows, by name
   */
  record Figures(
      double trainLoss, double validationLoss, double validationAuc, Map<String, Double> further) {}

  /**
   * All trees so far, with which a training can go on.
   *
   * @throws UnsupportedOperationException when the library cannot go on with trees that are there
   */
  byte[] state();

  /** The model of the first rounds, with all that is needed to ask the library itself. */
  Boosted result(int rounds);

  @Override
  void close();

  /** Trees that are done. */
  interface Boosted extends AutoCloseable {

    /** The trees, read from the library's own file. */
    TreeModel model();

    /** What the splits over each column gained in all, in the library's own measure. */
    double[] gains();

    /** The library's own answers, row after row. */
    float[] predict(float[] values, int rows);

    @Override
    void close();
  }
}
