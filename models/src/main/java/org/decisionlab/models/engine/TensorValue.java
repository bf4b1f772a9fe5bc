// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.engine;

import java.util.Arrays;
import java.util.Objects;

/** Numbers in the order of their axes, the last one fastest. The arrays are not copied. */
public final class TensorValue {

  private final ElementType type;
  private final int[] shape;
  private final Object numbers;

  private TensorValue(ElementType type, int[] shape, Object numbers, int length) {
    long expected = 1;
    for (int size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " is not possible");
      }
      expected = Math.multiplyExact(expected, size);
    }
    if (expected != length) {
      throw new IllegalArgumentException(
          "shape "
              + Arrays.toString(shape)
              + " has "
              + expected
              + " numbers, but "
              + length
              + " were given");
    }
    this.type = type;
    this.shape = shape;
    this.numbers = numbers;
  }

  /** 32-bit floats. */
  public static TensorValue of(float[] numbers, int... shape) {
    return new TensorValue(ElementType.FLOAT32, shape, numbers, numbers.length);
  }

  /** 64-bit floats. */
  public static TensorValue of(double[] numbers, int... shape) {
    return new TensorValue(ElementType.FLOAT64, shape, numbers, numbers.length);
  }

  /** 32-bit integers. */
  public static TensorValue of(int[] numbers, int... shape) {
    return new TensorValue(ElementType.INT32, shape, numbers, numbers.length);
  }

  /** 64-bit integers. */
  public static TensorValue of(long[] numbers, int... shape) {
    return new TensorValue(ElementType.INT64, shape, numbers, numbers.length);
  }

  /** Type of the numbers. */
  public ElementType type() {
    return type;
  }

  /** Sizes of the axes; a copy. */
  public int[] shape() {
    return shape.clone();
  }

  /** Size of the first axis; 1 when there is none. */
  public int rows() {
    return shape.length == 0 ? 1 : shape[0];
  }

  /** The array: {@code float[]}, {@code double[]}, {@code int[]} or {@code long[]} by the type. */
  public Object numbers() {
    return numbers;
  }

  /** The numbers as 32-bit floats: the array itself where it is of them, else rounded. */
  public float[] floats() {
    return switch (type) {
      case FLOAT32 -> (float[]) numbers;
      case FLOAT64 -> rounded((double[]) numbers);
      case INT32 -> rounded(Arrays.stream((int[]) numbers).asDoubleStream().toArray());
      case INT64 -> rounded(Arrays.stream((long[]) numbers).asDoubleStream().toArray());
    };
  }

  private static float[] rounded(double[] numbers) {
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers[i];
    }
    return floats;
  }

  /**
   * Floats as numbers of another type.
   *
   * @throws IllegalArgumentException when an integer is asked for and a number is none
   */
  public static TensorValue convert(float[] numbers, ElementType type, int... shape) {
    return switch (type) {
      case FLOAT32 -> of(numbers, shape);
      case FLOAT64 -> {
        double[] wide = new double[numbers.length];
        for (int i = 0; i < wide.length; i++) {
          wide[i] = numbers[i];
        }
        yield of(wide, shape);
      }
      case INT32 -> {
        int[] whole = new int[numbers.length];
        for (int i = 0; i < whole.length; i++) {
          whole[i] = Math.toIntExact(whole(numbers[i]));
        }
        yield of(whole, shape);
      }
      case INT64 -> {
        long[] whole = new long[numbers.length];
        for (int i = 0; i < whole.length; i++) {
          whole[i] = whole(numbers[i]);
        }
        yield of(whole, shape);
      }
    };
  }

  private static long whole(float number) {
    // Beyond 2^24 floats leave integers out, so what was meant is not known.
    if (number != Math.rint(number) || Math.abs(number) > 1 << 24) {
      throw new IllegalArgumentException(
          "the model wants whole numbers of at most 16777216, found " + number);
    }
    return (long) number;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorValue that
        && type == that.type
        && Arrays.equals(shape, that.shape)
        && Objects.deepEquals(numbers, that.numbers);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(new Object[] {type, shape, numbers});
  }

  @Override
  public String toString() {
    return type + Arrays.toString(shape);
  }
}
