// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows as the trees see them.
 *
 * @param columns names of the columns, in order
 * @param categories which of them hold categories
 * @param values row after row; what is missing is "not a number"
 * @param labels 1 for yes, 0 for no, or places of classes
 * @param weights of the rows, null when all are alike
 */
@SuppressWarnings("ArrayRecordComponent") // handed to a library once
record BoostingRows(
    List<String> columns,
    List<Integer> categories,
    float[] values,
    float[] labels,
    float @Nullable [] weights) {

  int size() {
    return labels.length;
  }
}
