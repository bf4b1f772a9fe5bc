// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.proto.WireReader;

/**
 * A node as far as {@link GuardedGraph} looks at it.
 *
 * @param name its name
 * @param operation its operation
 * @param inputs all inputs, control inputs included
 * @param functions functions that its attributes name
 * @param isText whether its value is a constant text
 * @param integers the numbers of a small constant of integers, as shapes are
 */
record GuardedNode(
    String name,
    String operation,
    List<String> inputs,
    List<String> functions,
    boolean isText,
    List<Long> integers) {

  private static final long MAX_NUMBERS = 1L << 28;
  private static final int MAX_AXES = 16;
  private static final int DT_INT32 = 3;
  private static final int DT_STRING = 7;
  private static final int DT_INT64 = 9;

  /** Operations that make a tensor of the shape that an input tells. */
  private static final Map<String, Integer> SHAPED_BY =
      Map.of("Fill", 0, "BroadcastTo", 1, "Tile", 1, "EmptyTensorList", 0, "ScatterNd", 2);

  static GuardedNode read(WireReader reader) throws ModelFormatException {
    reader.once(3, 5);
    String name = "";
    String operation = "";
    List<String> inputs = new ArrayList<>();
    List<String> functions = new ArrayList<>();
    Map<String, Constant> attributes = new HashMap<>();
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> name = reader.text();
        case 2 -> operation = reader.text();
        case 3 -> inputs.add(reader.text());
        case 5 -> entry(reader.message("attr"), functions, attributes);
        default -> {}
      }
    }
    boolean isText = attributes.values().stream().anyMatch(each -> each.type() == DT_STRING);
    List<Long> integers = attributes.getOrDefault("value", Constant.NONE).integers();
    return new GuardedNode(name, operation, inputs, functions, isText, integers);
  }

  /** An entry of a map of attributes; a key that is there twice is refused. */
  private static void entry(
      WireReader entry, List<String> functions, Map<String, Constant> attributes)
      throws ModelFormatException {
    entry.once();
    String key = "";
    Constant found = Constant.NONE;
    while (entry.next()) {
      switch (entry.field()) {
        case 1 -> key = entry.text();
        case 2 -> found = attribute(entry.message("value"), functions);
        default -> {}
      }
    }
    if (attributes.put(key, found) != null) {
      throw new ModelFormatException("attribute " + key + " is there twice");
    }
  }

  private record Constant(int type, List<Long> integers) {
    static final Constant NONE = new Constant(0, List.of());
  }

  /** Fields of an AttrValue: 1 a list, 8 a tensor, 10 a function. Of its list: 8 and 9. */
  private static Constant attribute(WireReader value, List<String> functions)
      throws ModelFormatException {
    value.oneOf();
    Constant constant = Constant.NONE;
    while (value.next()) {
      switch (value.field()) {
        case 1 -> constant = list(value.message("list"), functions);
        case 8 -> constant = tensor(value.message("tensor"));
        case 10 -> function(value.message("func"), functions);
        default -> {}
      }
    }
    return constant;
  }

  /** All fields of a list are repeated; it counts as text when one of its tensors is. */
  private static Constant list(WireReader list, List<String> functions)
      throws ModelFormatException {
    Constant constant = Constant.NONE;
    while (list.next()) {
      if (list.field() == 8) {
        Constant found = tensor(list.message("tensor"));
        constant = constant.type() == DT_STRING ? constant : found;
      } else if (list.field() == 9) {
        function(list.message("func"), functions);
      }
    }
    return constant;
  }

  private static void function(WireReader func, List<String> functions)
      throws ModelFormatException {
    func.once(2);
    Map<String, Constant> attributes = new HashMap<>();
    while (func.next()) {
      switch (func.field()) {
        case 1 -> functions.add(func.text());
        case 2 -> entry(func.message("attr"), functions, attributes);
        default -> {}
      }
    }
  }

  /** Enums and 32-bit integers are cut to 32 bits, as every reader of protobuf does. */
  private static Constant tensor(WireReader tensor) throws ModelFormatException {
    tensor.once(5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17);
    int type = 0;
    List<Long> integers = new ArrayList<>();
    long numbers = 1;
    byte[] content = {};
    while (tensor.next()) {
      switch (tensor.field()) {
        case 1 -> type = (int) tensor.varint();
        case 2 -> numbers = size(tensor.message("tensor_shape"));
        case 4 -> content = tensor.start(MAX_AXES * Long.BYTES);
        case 7 -> Arrays.stream(few(tensor)).forEach(value -> integers.add((long) (int) value));
        case 10 -> Arrays.stream(few(tensor)).forEach(integers::add);
        default -> {}
      }
    }
    ByteBuffer buffer = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    while (type == DT_INT32 && buffer.remaining() >= Integer.BYTES) {
      integers.add((long) buffer.getInt());
    }
    while (type == DT_INT64 && buffer.remaining() >= Long.BYTES) {
      integers.add(buffer.getLong());
    }
    return new Constant(type, numbers <= MAX_AXES ? splat(integers, numbers) : List.of());
  }

  private static long[] few(WireReader tensor) throws ModelFormatException {
    return Arrays.stream(tensor.varints()).limit(MAX_AXES).toArray();
  }

  /** TensorFlow writes equal numbers at the end of a constant only once. */
  private static List<Long> splat(List<Long> integers, long numbers) {
    List<Long> all = new ArrayList<>(integers);
    while (!all.isEmpty() && all.size() < numbers) {
      all.add(all.get(all.size() - 1));
    }
    return List.copyOf(all);
  }

  private static long size(WireReader shape) throws ModelFormatException {
    shape.once(2);
    long numbers = 1;
    while (shape.next()) {
      if (shape.field() == 2) {
        WireReader dim = shape.message("dim").once();
        long size = 0;
        while (dim.next()) {
          if (dim.field() == 1) {
            size = dim.varint();
          }
        }
        numbers = product(numbers, size, "a constant");
      }
    }
    return numbers;
  }

  private static long product(long numbers, long size, String what) throws ModelFormatException {
    if (size < 0 || (size > 0 && numbers > MAX_NUMBERS / size)) {
      throw new ModelFormatException(
          what + " is declared with more than " + MAX_NUMBERS + " numbers");
    }
    return numbers * size;
  }

  /** Refuses a node that makes a tensor larger than a model may have. */
  void requireSizes(Map<String, GuardedNode> scope) throws ModelFormatException {
    Integer shapeInput = SHAPED_BY.get(operation);
    if (shapeInput == null || inputs.size() <= shapeInput) {
      return;
    }
    GuardedNode shape = scope.get(GuardedGraph.bare(inputs.get(shapeInput)));
    if (shape != null) {
      long numbers = 1;
      for (long size : shape.integers()) {
        numbers = product(numbers, Math.max(size, 1), "node " + name + " (" + operation + ")");
      }
    }
  }
}
