// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.graph;

import java.util.ArrayList;
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

  /** The one operand, which must depend on the input. */
  static Shape batched(Operation operation, List<Shape> operands) {
    requireOperands(operation, operands, 1);
    return requireBatched(operation, operands.get(0));
  }

  static Shape requireBatched(Operation operation, Shape operand) {
    if (!operand.isBatched()) {
      throw new InvalidGraphException(
          operation.type()
              + " takes what depends on the input, found the constant shape "
              + operand
              + "; do it to the constant itself");
    }
    return operand;
  }

  /** Refuses lists that do not have one entry for each dimension of a row. */
  static void requireRank(Operation operation, Shape operand, List<?> perDimension) {
    if (perDimension.size() != operand.rank() - 1) {
      throw new InvalidGraphException(
          operation.type()
              + " is for rows of "
              + perDimension.size()
              + " dimensions, found "
              + operand);
    }
  }

  static Shape product(Shape left, Shape right, boolean transposeRight) {
    if (!left.isBatched() && !right.isBatched()) {
      throw new InvalidGraphException(
          "one operand of a matrix product must be rows that depend on the input, found "
              + left
              + " x "
              + right);
    }
    boolean byMatrix = left.isBatched() && !right.isBatched() && right.rank() == 2;
    int least = byMatrix ? 2 : 3;
    if (left.rank() < (left.isBatched() ? least : 2)
        || right.rank() < (right.isBatched() ? least : 2)) {
      throw new InvalidGraphException(
          "the right operand of a product of rows [N,in] must be a constant matrix, and in other"
              + " products both must be matrices [N,..,m,k] and [N,..,k,n]; found "
              + left
              + " x "
              + right);
    }
    int inner = right.dimension(right.rank() - (transposeRight ? 1 : 2));
    if (inner != left.width()) {
      throw new InvalidGraphException(
          "a matrix product of rows of "
              + left.width()
              + " with a matrix for rows of "
              + inner
              + ": "
              + left
              + " x "
              + right
              + (transposeRight ? " (transposed)" : ""));
    }
    int out = right.dimension(right.rank() - (transposeRight ? 2 : 1));
    if (byMatrix) {
      return left.withWidth(out);
    }
    Shape front = broadcast(front(left), front(right));
    List<Integer> dimensions = new ArrayList<>(front.dimensions());
    dimensions.add(left.dimension(left.rank() - 2));
    dimensions.add(out);
    return new Shape(dimensions);
  }

  /** The dimensions in front of a matrix. */
  private static Shape front(Shape shape) {
    return new Shape(shape.dimensions().subList(0, shape.rank() - 2));
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
