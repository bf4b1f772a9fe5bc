// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Dimensions of the values of a node, outermost first. A shape that depends on the model's input
 * begins with {@link #BATCH}, the number of rows; all other dimensions are known and positive.
 *
 * @param dimensions the dimensions; empty for a scalar
 */
public record Shape(List<Integer> dimensions) {

  /** The first dimension of everything that depends on the input: as many rows as are asked. */
  public static final int BATCH = -1;

  private static final int MAX_RANK = 8;

  /** Refuses unknown or empty dimensions, except for a leading {@link #BATCH}. */
  public Shape {
    dimensions = List.copyOf(dimensions);
    if (dimensions.size() > MAX_RANK) {
      throw new InvalidGraphException(
          "a shape of " + dimensions.size() + " dimensions; at most " + MAX_RANK + " are possible");
    }
    for (int i = 0; i < dimensions.size(); i++) {
      int size = dimensions.get(i);
      if (size < 1 && !(i == 0 && size == BATCH)) {
        throw new InvalidGraphException(
            "dimension " + i + " of shape " + dimensions + " must be positive");
      }
    }
  }

  /** A shape of these dimensions. */
  public static Shape of(int... dimensions) {
    List<Integer> list = new ArrayList<>(dimensions.length);
    for (int dimension : dimensions) {
      list.add(dimension);
    }
    return new Shape(list);
  }

  /** As many rows as are asked, each of {@code width} numbers. */
  public static Shape rows(int width) {
    return of(BATCH, width);
  }

  /** As many rows as are asked, each an array of these dimensions. */
  public static Shape batchOf(List<Integer> row) {
    List<Integer> dimensions = new ArrayList<>(row.size() + 1);
    dimensions.add(BATCH);
    dimensions.addAll(row);
    return new Shape(dimensions);
  }

  /** Dimensions of one row of a batched shape; all of them of a constant one. */
  public List<Integer> row() {
    return isBatched() ? dimensions.subList(1, dimensions.size()) : dimensions;
  }

  /** The same with another innermost dimension. */
  public Shape withWidth(int width) {
    List<Integer> changed = new ArrayList<>(dimensions);
    changed.set(changed.size() - 1, width);
    return new Shape(changed);
  }

  /** Number of dimensions. */
  public int rank() {
    return dimensions.size();
  }

  /** Size of the dimension at {@code index}, counted from the outermost. */
  public int dimension(int index) {
    return dimensions.get(index);
  }

  /** Whether the values depend on the model's input. */
  public boolean isBatched() {
    return !dimensions.isEmpty() && dimensions.get(0) == BATCH;
  }

  /**
   * Numbers in one row of a batched shape, numbers in all of a constant one; more than {@link
   * Integer#MAX_VALUE} are counted as one more than that.
   */
  public long elements() {
    long product = 1;
    for (int dimension : dimensions) {
      product = Math.min(product * (dimension == BATCH ? 1L : dimension), 1L << 31);
    }
    return product;
  }

  /** Size of the innermost dimension; 1 for a scalar. */
  public int width() {
    return dimensions.isEmpty() ? 1 : dimensions.get(dimensions.size() - 1);
  }

  @Override
  public String toString() {
    return dimensions.stream()
        .map(size -> size == BATCH ? "N" : size.toString())
        .collect(Collectors.joining(",", "[", "]"));
  }
}
