// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.graph;

import java.util.Arrays;

/** Immutable float32 numbers in row-major order, all of them finite. */
public final class Tensor {

  private final Shape shape;
  private final float[] values;

  private Tensor(Shape shape, float[] values) {
    this.shape = shape;
    this.values = values;
  }

  /**
   * A tensor of these values (copied).
   *
   * @param values row-major values
   * @param dimensions sizes, outermost first; none for a scalar
   * @throws InvalidGraphException when the number of values is not that of the dimensions, or a
   *     value is not finite
   */
  public static Tensor of(float[] values, int... dimensions) {
    return of(values, Shape.of(dimensions));
  }

  /** A tensor of these values (copied) and this shape, which must not be batched. */
  public static Tensor of(float[] values, Shape shape) {
    if (shape.isBatched()) {
      throw new InvalidGraphException("a tensor cannot have the open shape " + shape);
    }
    if (values.length != shape.elements()) {
      throw new InvalidGraphException(
          "shape " + shape + " needs " + shape.elements() + " values, found " + values.length);
    }
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new InvalidGraphException("value " + i + " is not finite: " + values[i]);
      }
    }
    return new Tensor(shape, values.clone());
  }

  /** One number. */
  public static Tensor scalar(float value) {
    return of(new float[] {value}, Shape.of());
  }

  /** A vector, as wide as there are values. */
  public static Tensor vector(float... values) {
    return of(values, Shape.of(values.length));
  }

  /** Dimensions, none of them open. */
  public Shape shape() {
    return shape;
  }

  /** Number of values. */
  public int size() {
    return values.length;
  }

  /** The value at {@code index} in row-major order. */
  public float get(int index) {
    return values[index];
  }

  /** A copy of the values in row-major order. */
  public float[] toArray() {
    return values.clone();
  }

  /** Equal when shape and every bit of the values are. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor that
        && shape.equals(that.shape)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "float32" + shape;
  }
}
