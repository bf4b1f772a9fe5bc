// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import org.decisionlab.models.graph.Tensor;

/** Loops that read rows of a constant table. */
final class Lookups {

  private Lookups() {}

  /**
   * A loop over the indices in an array of the working memory.
   *
   * @param name of the node, for the message when an index is not in the table
   */
  static Step of(String name, Tensor table, int from, int to) {
    int entries = table.shape().dimension(0);
    int width = table.size() / entries;
    float[] values = table.toArray();
    return work -> {
      float[] indices = work[from];
      float[] target = work[to];
      for (int i = 0; i < indices.length; i++) {
        int index = (int) indices[i];
        if (index < 0 || index >= entries || Float.isNaN(indices[i])) {
          throw new IllegalArgumentException(
              "node %s looks up index %s in a table of %d entries, 0 to %d"
                  .formatted(name, indices[i], entries, entries - 1));
        }
        System.arraycopy(values, index * width, target, i * width, width);
      }
    };
  }
}
