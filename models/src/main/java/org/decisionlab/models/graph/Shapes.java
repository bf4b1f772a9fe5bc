// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.graph;

import java.util.List;

/** How the shapes of operands make the shape of a result. */
final class Shapes {

  private Shapes() {}

  static void requireOperands(Operation operation, List<Shape> operands, int expected) {
    if (operands.size() != expected) {
      throw new InvalidGraphException(
          operation.type() + " takes " + expected + " operands, found " + operands.size());
    }
  }

  static Shape product(Shape left, Shape right, boolean transposeRight) {
    if (!left.isBatched() || left.rank() != 2) {
      throw new InvalidGraphException(
          "the left operand of a matrix product must be rows [N,in], found " + left);
    }
    if (right.isBatched() || right.rank() != 2) {
      throw new InvalidGraphException(
          "the right operand of a matrix product must be a constant matrix, found " + right);
    }
    int in = right.dimension(transposeRight ? 1 : 0);
    if (in != left.width()) {
      throw new InvalidGraphException(
          "a matrix product of rows of "
              + left.width()
              + " with a matrix for rows of "
              + in
              + ": "
              + left
              + " x "
              + right
              + (transposeRight ? " (transposed)" : ""));
    }
    return Shape.rows(right.dimension(transposeRight ? 0 : 1));
  }

  static Shape broadcast(Shape left, Shape right) {
    int rank = Math.max(left.rank(), right.rank());
    int[] dimensions = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int size = broadcast(left, right, fromEnd(left, i), fromEnd(right, i));
      if (size == Shape.BATCH && i < rank) {
        throw mismatch(left, right);
      }
      dimensions[rank - i] = size;
    }
    return Shape.of(dimensions);
  }

  private static int fromEnd(Shape shape, int position) {
    return position > shape.rank() ? 1 : shape.dimension(shape.rank() - position);
  }

  private static int broadcast(Shape left, Shape right, int a, int b) {
    if (a == b || b == 1) {
      return a;
    }
    if (a == 1) {
      return b;
    }
    throw mismatch(left, right);
  }

  private static InvalidGraphException mismatch(Shape left, Shape right) {
    return new InvalidGraphException("shapes " + left + " and " + right + " cannot be broadcast");
  }
}
