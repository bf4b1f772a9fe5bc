// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.decisionlab.models.engine.ElementType;
import org.decisionlab.models.engine.LoadedModel;
import org.decisionlab.models.engine.Signature;
import org.decisionlab.models.engine.TensorSpec;
import org.decisionlab.models.engine.TensorValue;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.fault.RefusedException.Reason;

/**
 * A model asked by rows: a row is what goes into all inputs, one after the other. The answer is the
 * first output of floats, or the first if there is none. Thread safe.
 */
final class RowModel implements AutoCloseable {

  private final LoadedModel model;
  private final Signature signature;
  private final int width;
  private final boolean oneAtATime;
  private final int output;
  private final BitSet wide;

  RowModel(LoadedModel model) {
    this.model = model;
    this.signature = model.signature();
    this.width = width(signature.inputs());
    this.oneAtATime =
        signature.inputs().stream()
            .anyMatch(input -> !input.shape().isEmpty() && input.shape().get(0) == 1);
    this.output = output(signature.outputs());
    this.wide = width == TensorSpec.ANY ? new BitSet() : wide(signature.inputs());
  }

  private static BitSet wide(List<TensorSpec> inputs) {
    BitSet wide = new BitSet();
    int from = 0;
    for (TensorSpec input : inputs) {
      wide.set(from, from + input.width(), isWide(input));
      from += input.width();
    }
    return wide;
  }

  private static boolean isWide(TensorSpec input) {
    return input.type() == ElementType.FLOAT64 || input.type() == ElementType.INT64;
  }

  /** Whether an input has numbers of 64 bits. */
  boolean isWide() {
    return signature.inputs().stream().anyMatch(RowModel::isWide);
  }

  /** The numbers of a row that go into inputs of 64 bits; none where rows have no fixed size. */
  BitSet wide() {
    return wide;
  }

  /** The input that a number of a row goes into, where rows have a fixed size. */
  TensorSpec input(int number) {
    int from = 0;
    for (TensorSpec input : signature.inputs()) {
      from += input.width();
      if (number < from) {
        return input;
      }
    }
    throw new IndexOutOfBoundsException(number);
  }

  private static int width(List<TensorSpec> inputs) {
    int width = 0;
    for (TensorSpec input : inputs) {
      if (input.width() == TensorSpec.ANY || input.shape().get(0) > 1) {
        return TensorSpec.ANY;
      }
      width = Math.addExact(width, input.width());
    }
    return width;
  }

  private static int output(List<TensorSpec> outputs) {
    for (int i = 0; i < outputs.size(); i++) {
      ElementType type = outputs.get(i).type();
      if (type == ElementType.FLOAT32 || type == ElementType.FLOAT64) {
        return i;
      }
    }
    return 0;
  }

  Signature signature() {
    return signature;
  }

  /** Numbers in a row; {@link TensorSpec#ANY} when the model cannot be asked by rows. */
  int width() {
    return width;
  }

  /** Numbers in an answer; {@link TensorSpec#ANY} when that is not fixed. */
  int outputs() {
    return signature.outputs().get(output).width();
  }

  /** Whether a number of a row may be missing, which is told by "not a number". */
  boolean mayBeMissing(int number) {
    return model.mayBeMissing(number);
  }

  /** The answer for one row. */
  float[] answer(float[] row) {
    return ask(OrderedRows.of(new float[][] {row}));
  }

  /** All outputs for one row, one after the other, as floats. */
  float[] whole(float[] row) {
    List<TensorValue> values = run(inputs(OrderedRows.of(new float[][] {row})));
    float[][] parts = values.stream().map(TensorValue::floats).toArray(float[][]::new);
    float[] all = new float[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /** The answers for rows, in order. */
  float[][] answers(float[][] rows) {
    return answers(OrderedRows.of(rows));
  }

  /** The answers for rows, in order. */
  float[][] answers(OrderedRows rows) {
    int count = rows.values().length;
    float[][] answers = new float[count][];
    if (oneAtATime || count == 1) {
      for (int i = 0; i < count; i++) {
        answers[i] = ask(rows.only(i));
      }
      return answers;
    }
    if (count == 0) {
      return answers;
    }
    float[] found = ask(rows);
    int each = found.length / count;
    for (int i = 0; i < count; i++) {
      answers[i] = Arrays.copyOfRange(found, i * each, (i + 1) * each);
    }
    return answers;
  }

  private float[] ask(OrderedRows rows) {
    int count = rows.values().length;
    TensorValue answer = run(inputs(rows)).get(output);
    float[] numbers = answer.floats();
    if (numbers.length % count != 0 || (count > 1 && answer.rows() != count)) {
      throw new RefusedException(
          Reason.UNSOUND, "the model answers " + count + " rows with " + answer);
    }
    return numbers;
  }

  private List<TensorValue> inputs(OrderedRows rows) {
    if (width == TensorSpec.ANY) {
      throw RefusedException.malformed(
          "the model cannot be asked by rows, because its inputs have no fixed size: "
              + signature.inputs()
              + "; send tensors");
    }
    List<TensorValue> values = new ArrayList<>();
    int from = 0;
    for (TensorSpec input : signature.inputs()) {
      values.add(
          isWide(input) && !rows.isOfFloats()
              ? exact(rows, from, input)
              : ofFloats(rows.values(), from, input));
      from += input.width();
    }
    return values;
  }

  private static TensorValue ofFloats(float[][] rows, int from, TensorSpec input) {
    int part = input.width();
    float[] numbers = new float[Math.multiplyExact(rows.length, part)];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], from, numbers, i * part, part);
    }
    try {
      return TensorValue.convert(numbers, input.type(), input.shapeOf(rows.length));
    } catch (IllegalArgumentException e) {
      throw RefusedException.malformed("input '" + input.name() + "': " + e.getMessage());
    }
  }

  /** Numbers of 64 bits as they were written; that they are of the type was seen to before. */
  private static TensorValue exact(OrderedRows rows, int from, TensorSpec input) {
    int part = input.width();
    int count = rows.values().length;
    int[] shape = input.shapeOf(count);
    int size = Math.multiplyExact(count, part);
    if (input.type() == ElementType.FLOAT64) {
      double[] numbers = new double[size];
      for (int i = 0; i < size; i++) {
        numbers[i] = rows.number(i / part, from + i % part);
      }
      return TensorValue.of(numbers, shape);
    }
    long[] numbers = new long[size];
    for (int i = 0; i < size; i++) {
      BigDecimal told = rows.told(i / part, from + i % part);
      numbers[i] =
          told == null ? (long) rows.values()[i / part][from + i % part] : told.longValueExact();
    }
    return TensorValue.of(numbers, shape);
  }

  /** The answer to tensors. */
  List<TensorValue> run(List<TensorValue> inputs) {
    try {
      return model.run(inputs);
    } catch (IllegalArgumentException e) {
      throw RefusedException.malformed(String.valueOf(e.getMessage()));
    } catch (IllegalStateException e) {
      throw new RefusedException(Reason.UNSOUND, "the model fails: " + e.getMessage());
    }
  }

  /** Tensors as rows, which they are the columns of; none where rows have no fixed size. */
  float[][] rows(List<TensorValue> inputs) {
    int count = inputs.isEmpty() ? 0 : inputs.get(0).rows();
    if (width == TensorSpec.ANY || inputs.stream().anyMatch(input -> input.rows() != count)) {
      return new float[0][];
    }
    float[][] rows = new float[count][width];
    int from = 0;
    for (TensorValue input : inputs) {
      float[] numbers = input.floats();
      int part = count == 0 ? 0 : numbers.length / count;
      if (from + part > width) {
        return new float[0][];
      }
      for (int i = 0; i < count; i++) {
        System.arraycopy(numbers, i * part, rows[i], from, part);
      }
      from += part;
    }
    return rows;
  }

  /** The part of an answer that rows are answered with, row by row; none where it has no rows. */
  float[][] rowsOf(List<TensorValue> outputs) {
    TensorValue answer = outputs.get(output);
    int count = answer.rows();
    if (count == 0) {
      return new float[0][];
    }
    float[] numbers = answer.floats();
    int each = numbers.length / count;
    float[][] rows = new float[count][];
    for (int i = 0; i < count; i++) {
      rows[i] = Arrays.copyOfRange(numbers, i * each, (i + 1) * each);
    }
    return rows;
  }

  /** Rows for trying the model out: small numbers, for integers 0 or 1. */
  float[][] sample(int count, long seed) {
    Random random = new Random(seed);
    float[][] rows = new float[count][width];
    for (float[] row : rows) {
      int at = 0;
      for (TensorSpec input : signature.inputs()) {
        boolean whole = input.type() == ElementType.INT32 || input.type() == ElementType.INT64;
        for (int i = 0; i < input.width(); i++) {
          row[at++] = whole ? random.nextInt(2) : (float) random.nextGaussian();
        }
      }
    }
    return rows;
  }

  @Override
  public void close() {
    model.close();
  }
}
