// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Numbers that change their place in a row but not their value. */
public sealed interface Movement extends Operation {

  @Override
  default <R> R match(Cases<R> cases) {
    return cases.movement(this);
  }

  /**
   * The numbers of a row, in their order, under other dimensions.
   *
   * @param row the new dimensions of a row
   */
  record Reshape(List<Integer> row) implements Movement {
    /** Keeps an own copy. */
    public Reshape {
      row = List.copyOf(row);
    }

    @Override
    public String type() {
      return "Reshape";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      Shape operand = Shapes.batched(this, operands);
      Shape result = Shape.batchOf(row);
      if (operand.elements() != result.elements()) {
        throw new InvalidGraphException("a reshape of " + operand + " to " + result);
      }
      return result;
    }
  }

  /**
   * Dimensions in another order.
   *
   * @param permutation for each dimension of the result which one of the operand it is; the batch,
   *     0, stays in front
   */
  record Transpose(List<Integer> permutation) implements Movement {
    /** Refuses what is no permutation, or moves the batch. */
    public Transpose {
      permutation = List.copyOf(permutation);
      List<Integer> sorted = new ArrayList<>(permutation);
      Collections.sort(sorted);
      for (int i = 0; i < sorted.size(); i++) {
        if (sorted.get(i) != i || permutation.get(0) != 0) {
          throw new InvalidGraphException(
              "a transpose needs a permutation that leaves the batch in front, found "
                  + permutation);
        }
      }
    }

    @Override
    public String type() {
      return "Transpose";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      Shape operand = Shapes.batched(this, operands);
      if (operand.rank() != permutation.size()) {
        throw new InvalidGraphException("a transpose by " + permutation + " of " + operand);
      }
      return new Shape(permutation.stream().map(operand::dimension).toList());
    }
  }

  /**
   * A part of each row.
   *
   * @param starts for each dimension of a row the first index
   * @param ends for each dimension of a row the index behind the last
   * @param steps for each dimension of a row the distance of indices, positive
   */
  record Slice(List<Integer> starts, List<Integer> ends, List<Integer> steps) implements Movement {
    /** Keeps own copies. */
    public Slice {
      starts = List.copyOf(starts);
      ends = List.copyOf(ends);
      steps = List.copyOf(steps);
    }

    @Override
    public String type() {
      return "Slice";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      Shape operand = Shapes.batched(this, operands);
      Shapes.requireRank(this, operand, starts);
      Shapes.requireRank(this, operand, ends);
      Shapes.requireRank(this, operand, steps);
      List<Integer> row = new ArrayList<>();
      for (int i = 0; i < starts.size(); i++) {
        int start = starts.get(i);
        int end = ends.get(i);
        if (start < 0 || end <= start || end > operand.dimension(i + 1) || steps.get(i) < 1) {
          throw new InvalidGraphException(
              "a slice from " + starts + " to " + ends + " by " + steps + " of " + operand);
        }
        row.add((end - start - 1) / steps.get(i) + 1);
      }
      return Shape.batchOf(row);
    }
  }

  /**
   * Operands one after the other.
   *
   * @param axis along which dimension, counted with the batch as 0
   */
  record Concat(int axis) implements Movement {

    @Override
    public String type() {
      return "Concat";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      if (operands.isEmpty()) {
        throw new InvalidGraphException("Concat takes at least one operand, found none");
      }
      List<Integer> dimensions =
          new ArrayList<>(Shapes.requireBatched(this, operands.get(0)).dimensions());
      if (axis < 1 || axis >= dimensions.size()) {
        throw new InvalidGraphException(
            "Concat along dimension " + axis + " of " + operands.get(0));
      }
      int size = 0;
      for (Shape operand : operands) {
        List<Integer> like = new ArrayList<>(operand.dimensions());
        if (like.size() != dimensions.size()) {
          throw mismatch(operands);
        }
        size = Math.addExact(size, like.set(axis, dimensions.get(axis)));
        if (!like.equals(dimensions)) {
          throw mismatch(operands);
        }
      }
      dimensions.set(axis, size);
      return new Shape(dimensions);
    }

    private InvalidGraphException mismatch(List<Shape> operands) {
      return new InvalidGraphException("Concat along " + axis + " of " + operands);
    }
  }

  /**
   * Rows with one value around them.
   *
   * @param before for each dimension of a row how many in front
   * @param after for each dimension of a row how many behind
   * @param value the value
   */
  record Pad(List<Integer> before, List<Integer> after, float value) implements Movement {
    /** Refuses a value that is not finite. */
    public Pad {
      before = List.copyOf(before);
      after = List.copyOf(after);
      if (!Float.isFinite(value)) {
        throw new InvalidGraphException("a padding must be finite, found " + value);
      }
    }

    @Override
    public String type() {
      return "Pad";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      Shape operand = Shapes.batched(this, operands);
      Shapes.requireRank(this, operand, before);
      Shapes.requireRank(this, operand, after);
      List<Integer> row = new ArrayList<>();
      for (int i = 0; i < before.size(); i++) {
        if (before.get(i) < 0 || after.get(i) < 0) {
          throw new InvalidGraphException("a padding by " + before + " and " + after);
        }
        row.add(
            Math.addExact(operand.dimension(i + 1), Math.addExact(before.get(i), after.get(i))));
      }
      return Shape.batchOf(row);
    }
  }
}
