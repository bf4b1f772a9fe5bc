// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.graph.InvalidGraphException;
import org.decisionlab.models.graph.Shape;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.proto.WireReader;

/**
 * Reads the tensors of one graph: values as raw content, packed or one by one; too few values are
 * filled up with the last one, as TensorFlow does. What is filled up in the whole graph is bounded,
 * so that a small file cannot ask for much memory.
 */
final class TensorReader {

  private static final int DT_FLOAT = 1;
  private static final long MAX_FILLED = 1L << 22;
  private static final int MAX_INTEGERS = 1 << 12;

  /** Fields of a tensor that hold one number each, or many. */
  private static final int[] REPEATED = {5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17};

  private long filled;

  @SuppressWarnings("ArrayRecordComponent") // lives between two methods
  private record Numbers(float[] values, Shape shape) {}

  /** Dimensions of a stored shape; -1 where unknown. */
  static List<Long> readDimensions(WireReader reader) throws ModelFormatException {
    List<Long> sizes = new ArrayList<>();
    reader.once(2);
    while (reader.next()) {
      switch (reader.field()) {
        case 2 -> sizes.add(readSize(reader.message("dim")));
        case 3 -> {
          if (reader.bool()) {
            throw new ModelFormatException("a shape of unknown rank is not supported");
          }
        }
        default -> {}
      }
    }
    return sizes;
  }

  private static long readSize(WireReader reader) throws ModelFormatException {
    long size = 0;
    reader.once();
    while (reader.next()) {
      if (reader.field() == 1) {
        size = reader.varint();
      }
    }
    return size;
  }

  /** Numbers, all of them finite. */
  Tensor read(WireReader reader) throws ModelFormatException {
    Numbers numbers = numbers(reader);
    return Tensor.of(numbers.values, numbers.shape);
  }

  /** Numbers, which may be infinite, in the order in which they are stored. */
  float[] readNumbers(WireReader reader) throws ModelFormatException {
    return numbers(reader).values;
  }

  private Numbers numbers(WireReader reader) throws ModelFormatException {
    long type = 0;
    List<Long> dimensions = List.of();
    Values values = new Values();
    reader.once(REPEATED);
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> type = reader.varint();
        case 2 -> dimensions = readDimensions(reader.message("tensor_shape"));
        case 4, 5 -> values.add(reader.floats());
        default -> {}
      }
    }
    if (type != DT_FLOAT) {
      throw new ModelFormatException("only float32 is supported, found TensorFlow type " + type);
    }
    Shape shape = shapeOf(dimensions);
    return new Numbers(fill(values.toArray(), shape), shape);
  }

  /** A table of whole numbers, all of them stored: as raw content, packed or one by one. */
  static int[] readTable(WireReader reader) throws ModelFormatException {
    List<Long> dimensions = List.of();
    int[] values = {};
    reader.once(REPEATED);
    while (reader.next()) {
      switch (reader.field()) {
        case 2 -> dimensions = readDimensions(reader.message("tensor_shape"));
        case 4 -> {
          ByteBuffer content = ByteBuffer.wrap(reader.bytes()).order(ByteOrder.LITTLE_ENDIAN);
          values = new int[content.remaining() / Integer.BYTES];
          content.asIntBuffer().get(values);
        }
        case 7 -> {
          long[] more = reader.varints();
          int size = values.length;
          values = Arrays.copyOf(values, size + more.length);
          for (int i = 0; i < more.length; i++) {
            values[size + i] = (int) more[i];
          }
        }
        default -> {}
      }
    }
    if (shapeOf(dimensions).elements() != values.length) {
      throw new ModelFormatException(values.length + " whole numbers for shape " + dimensions);
    }
    return values;
  }

  /** Whole numbers, such as a shape or the order of dimensions. */
  static List<Integer> readIntegers(WireReader reader) throws ModelFormatException {
    List<Long> dimensions = List.of();
    List<Integer> values = new ArrayList<>();
    reader.once(REPEATED);
    while (reader.next()) {
      switch (reader.field()) {
        case 2 -> dimensions = readDimensions(reader.message("tensor_shape"));
        case 4 -> {
          ByteBuffer content = ByteBuffer.wrap(reader.bytes()).order(ByteOrder.LITTLE_ENDIAN);
          while (content.remaining() >= Integer.BYTES) {
            values.add(content.getInt());
          }
        }
        case 7 -> {
          for (long value : reader.varints()) {
            values.add((int) value);
          }
        }
        default -> {}
      }
    }
    long count = shapeOf(dimensions).elements();
    if (count > MAX_INTEGERS || values.size() > count) {
      throw new ModelFormatException(
          values.size() + " whole numbers for " + count + "; at most " + MAX_INTEGERS);
    }
    while (values.size() < count) {
      values.add(values.isEmpty() ? 0 : values.get(values.size() - 1));
    }
    return values;
  }

  private float[] fill(float[] values, Shape shape) throws ModelFormatException {
    long missing = shape.elements() - values.length;
    if (missing < 0) {
      throw new ModelFormatException(
          values.length + " values for shape " + shape + " of " + shape.elements());
    }
    filled += missing;
    if (filled > MAX_FILLED) {
      throw new ModelFormatException(
          "shape "
              + shape
              + " stores only "
              + values.length
              + " values; at most "
              + MAX_FILLED
              + " values of a graph may be filled up");
    }
    float[] all = Arrays.copyOf(values, (int) shape.elements());
    if (values.length > 0) {
      Arrays.fill(all, values.length, all.length, values[values.length - 1]);
    }
    return all;
  }

  private static Shape shapeOf(List<Long> dimensions) throws ModelFormatException {
    int[] sizes = new int[dimensions.size()];
    for (int i = 0; i < sizes.length; i++) {
      long size = dimensions.get(i);
      if (size < 1 || size > Integer.MAX_VALUE) {
        throw new ModelFormatException("dimension " + i + " of " + dimensions + " is not possible");
      }
      sizes[i] = (int) size;
    }
    try {
      return Shape.of(sizes);
    } catch (InvalidGraphException e) {
      throw new ModelFormatException(e.getMessage(), e);
    }
  }

  /** Floats that arrive in pieces, each piece as large as its bytes in the file. */
  private static final class Values {
    private float[] all = new float[0];
    private int size;

    void add(float[] piece) {
      if (size == 0) {
        all = piece;
      } else {
        if (size + piece.length > all.length) {
          all = Arrays.copyOf(all, Math.max(2 * all.length, size + piece.length));
        }
        System.arraycopy(piece, 0, all, size, piece.length);
      }
      size += piece.length;
    }

    float[] toArray() {
      return size == all.length ? all : Arrays.copyOf(all, size);
    }
  }
}
