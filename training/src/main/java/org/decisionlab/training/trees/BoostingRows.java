// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
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

  /** How many rows, and the SHA-256 of all their numbers. */
  String described() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (float[] numbers :
          weights == null ? List.of(values, labels) : List.of(values, labels, weights)) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(4, numbers.length));
        bytes.asFloatBuffer().put(numbers);
        digest.update(bytes);
      }
      return "%d rows with SHA-256 %s".formatted(size(), HexFormat.of().formatHex(digest.digest()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
