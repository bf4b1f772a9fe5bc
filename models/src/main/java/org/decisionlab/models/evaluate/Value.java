// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import org.decisionlab.models.graph.Tensor;

/** What a node's result is when a graph is compiled. */
sealed interface Value {

  /**
   * The same for every row.
   *
   * @param tensor its numbers
   */
  record Known(Tensor tensor) implements Value {}

  /**
   * Numbers in the working memory of a row.
   *
   * @param index which array of the working memory holds them
   * @param width how many
   */
  record Slot(int index, int width) implements Value {}
}
