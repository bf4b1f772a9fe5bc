// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.decisionlab.models.engine.ElementType;
import org.decisionlab.models.engine.TensorSpec;
import org.decisionlab.models.engine.TensorValue;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.fault.RefusedException.Reason;

/** Reads and writes tensors as numbers in JSON: nested lists, or one list beside a shape. */
public final class TensorsJson {

  private static final int MAX_AXES = 8;

  private TensorsJson() {}

  /** The name of a type in the Open Inference Protocol. */
  public static String datatype(ElementType type) {
    return switch (type) {
      case FLOAT32 -> "FP32";
      case FLOAT64 -> "FP64";
      case INT32 -> "INT32";
      case INT64 -> "INT64";
    };
  }

  /**
   * A tensor from nested lists, whose lengths are its shape.
   *
   * @param where what it is, for messages
   * @throws RefusedException when it does not fit the input
   */
  public static TensorValue nested(JsonNode value, TensorSpec spec, String where) {
    List<Integer> shape = new ArrayList<>();
    for (JsonNode at = value; at.isArray(); at = at.path(0)) {
      shape.add(at.size());
      if (shape.size() > MAX_AXES) {
        throw RefusedException.malformed(where + " has more than " + MAX_AXES + " axes");
      }
    }
    List<JsonNode> numbers = new ArrayList<>();
    collect(value, shape, 0, where, numbers);
    return of(numbers, shape.stream().mapToInt(Integer::intValue).toArray(), spec, where);
  }

  private static void collect(
      JsonNode value, List<Integer> shape, int axis, String where, List<JsonNode> numbers) {
    if (axis == shape.size()) {
      numbers.add(value);
      return;
    }
    if (!value.isArray() || value.size() != shape.get(axis)) {
      throw RefusedException.malformed(
          where + " is not rectangular: its first lists make the shape " + shape);
    }
    value.forEach(each -> collect(each, shape, axis + 1, where, numbers));
  }

  /**
   * A tensor from all its numbers, which may be in nested lists too, and its shape.
   *
   * @throws RefusedException when it does not fit the input
   */
  public static TensorValue flat(JsonNode data, int[] shape, TensorSpec spec, String where) {
    List<JsonNode> numbers = new ArrayList<>();
    flatten(data, numbers);
    return of(numbers, shape, spec, where);
  }

  private static void flatten(JsonNode value, List<JsonNode> numbers) {
    if (value.isArray()) {
      value.forEach(each -> flatten(each, numbers));
    } else {
      numbers.add(value);
    }
  }

  private static TensorValue of(
      List<JsonNode> numbers, int[] shape, TensorSpec spec, String where) {
    boolean fits = shape.length == spec.shape().size();
    for (int i = 0; fits && i < shape.length; i++) {
      fits = spec.shape().get(i) == TensorSpec.ANY || spec.shape().get(i) == shape[i];
    }
    if (!fits || Arrays.stream(shape).anyMatch(size -> size < 1)) {
      throw RefusedException.malformed(
          where
              + " has the shape "
              + Arrays.toString(shape)
              + "; the model takes "
              + spec.shape().toString().replace("-1", "any"));
    }
    try {
      return switch (spec.type()) {
        case FLOAT32 -> {
          float[] values = new float[numbers.size()];
          for (int i = 0; i < values.length; i++) {
            values[i] = StrictJson.float32(numbers.get(i), where);
          }
          yield TensorValue.of(values, shape);
        }
        case FLOAT64 ->
            TensorValue.of(numbers.stream().mapToDouble(n -> float64(n, where)).toArray(), shape);
        case INT32 ->
            TensorValue.of(
                numbers.stream().mapToInt(n -> Math.toIntExact(whole(n, where))).toArray(), shape);
        case INT64 ->
            TensorValue.of(numbers.stream().mapToLong(n -> whole(n, where)).toArray(), shape);
      };
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw RefusedException.malformed(where + ": " + e.getMessage());
    }
  }

  private static double float64(JsonNode value, String where) {
    double number = value.isNumber() ? value.asDouble() : Double.NaN;
    if (!Double.isFinite(number)) {
      throw RefusedException.malformed(
          where + " must hold numbers of 64 bits, found " + StrictJson.shown(value));
    }
    return number;
  }

  /** A whole number, which may be written as 1.0 or 1e3 too. */
  private static long whole(JsonNode value, String where) {
    if (value.isIntegralNumber() && value.canConvertToLong()) {
      return value.asLong();
    }
    BigDecimal number = value.isNumber() ? value.decimalValue() : null;
    if (number == null || Math.abs((long) number.precision() - number.scale()) > 19) {
      throw RefusedException.malformed(
          where + " must hold whole numbers, found " + StrictJson.shown(value));
    }
    return number.longValueExact();
  }

  /**
   * All numbers in one list.
   *
   * @throws RefusedException when one is not finite, which JSON cannot tell
   */
  public static ArrayNode flat(TensorValue value) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < length(value); i++) {
      list.add(number(value, i));
    }
    return list;
  }

  /**
   * Numbers in nested lists; a number alone where there are no axes.
   *
   * @throws RefusedException when one is not finite, which JSON cannot tell
   */
  public static JsonNode nested(TensorValue value) {
    return nested(value, 0, new int[1]);
  }

  private static JsonNode nested(TensorValue value, int axis, int[] next) {
    int[] shape = value.shape();
    if (axis == shape.length) {
      return number(value, next[0]++);
    }
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < shape[axis]; i++) {
      list.add(nested(value, axis + 1, next));
    }
    return list;
  }

  private static int length(TensorValue value) {
    return java.lang.reflect.Array.getLength(value.numbers());
  }

  private static JsonNode number(TensorValue value, int at) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    return switch (value.type()) {
      case FLOAT32 -> {
        float number = ((float[]) value.numbers())[at];
        requireFinite(number);
        yield json.numberNode(number);
      }
      case FLOAT64 -> {
        double number = ((double[]) value.numbers())[at];
        requireFinite(number);
        yield json.numberNode(number);
      }
      case INT32 -> json.numberNode(((int[]) value.numbers())[at]);
      case INT64 -> json.numberNode(((long[]) value.numbers())[at]);
    };
  }

  private static void requireFinite(double number) {
    if (!Double.isFinite(number)) {
      throw new RefusedException(Reason.UNSOUND, "the model gives " + number + " for these inputs");
    }
  }
}
