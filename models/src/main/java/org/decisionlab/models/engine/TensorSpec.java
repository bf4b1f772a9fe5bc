// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.engine;

import java.util.List;

/**
 * An input or output of a model.
 *
 * @param name its name
 * @param type type of its numbers
 * @param shape sizes of its axes, {@value #ANY} where any size is possible
 */
public record TensorSpec(String name, ElementType type, List<Integer> shape) {

  /** The size of an axis that may have any size. */
  public static final int ANY = -1;

  /** Copies, and refuses sizes that are not possible. */
  public TensorSpec {
    shape = List.copyOf(shape);
    for (int size : shape) {
      if (size < ANY) {
        throw new IllegalArgumentException(name + " has an axis of size " + size);
      }
    }
  }

  /**
   * Numbers in one row, all axes but the first together; {@value #ANY} when that is not fixed, or
   * there is no axis for rows.
   */
  public int width() {
    if (shape.isEmpty()) {
      return ANY;
    }
    long width = 1;
    for (int size : shape.subList(1, shape.size())) {
      if (size == ANY) {
        return ANY;
      }
      width *= size;
      if (width > Integer.MAX_VALUE) {
        return ANY;
      }
    }
    return (int) width;
  }

  /** The axes of so many rows; what may be of any size besides must not occur. */
  public int[] shapeOf(int rows) {
    int[] sizes = shape.stream().mapToInt(Integer::intValue).toArray();
    sizes[0] = rows;
    return sizes;
  }
}
