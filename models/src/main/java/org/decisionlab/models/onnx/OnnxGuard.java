// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.proto.WireReader;

/**
 * Looks through an ONNX model of others before an engine sees it: no data outside of the file, no
 * operations but those of ONNX itself and functions of the model, and no tensor that is declared
 * larger than what the file holds or a model may have.
 */
public final class OnnxGuard {

  private static final Set<String> DOMAINS = Set.of("", "ai.onnx", "ai.onnx.ml");
  private static final long MAX_NUMBERS = 1L << 28;
  private static final int MAX_DEPTH = 16;
  private static final int MAX_AXES = 64;
  private static final int EXTERNAL = 1;

  /** The repeated fields of a function. */
  private static final int[] FUNCTION = {4, 5, 6, 7, 9, 11, 12, 14};

  /** Operations that make a tensor of the shape that an input tells. */
  private static final Map<String, Integer> SHAPED_BY =
      Map.of("ConstantOfShape", 0, "Expand", 1, "Tile", 1);

  private final long fileBytes;
  private final Set<String> functions = new HashSet<>();

  private OnnxGuard(long fileBytes) {
    this.fileBytes = fileBytes;
  }

  /**
   * Looks through a model.
   *
   * @param model bytes of the file
   * @throws ModelFormatException when it is damaged or has something that models must not have
   */
  public static void check(byte[] model) throws ModelFormatException {
    OnnxGuard guard = new OnnxGuard(model.length);
    WireReader names = WireReader.of(model, "ONNX model").once(8, 14, 20, 25, 26);
    while (names.next()) {
      if (names.field() == 25) {
        guard.functions.add(functionName(names.message("functions")));
      }
    }
    WireReader reader = WireReader.of(model, "ONNX model");
    boolean found = false;
    while (reader.next()) {
      switch (reader.field()) {
        case 7 -> {
          guard.graph(reader.message("graph"), Map.of(), 0);
          found = true;
        }
        case 20 -> throw new ModelFormatException("a model for training cannot be served");
        case 25 -> guard.function(reader.message("functions"));
        default -> {}
      }
    }
    if (!found) {
      throw new ModelFormatException("the file has no ONNX graph");
    }
  }

  private static String functionName(WireReader function) throws ModelFormatException {
    String name = "";
    String domain = "";
    function.once(FUNCTION);
    while (function.next()) {
      switch (function.field()) {
        case 1 -> name = function.text();
        case 10 -> domain = function.text();
        default -> {}
      }
    }
    return domain + ":" + name;
  }

  private void function(WireReader reader) throws ModelFormatException {
    reader.once(FUNCTION);
    Map<String, long[]> shapes = new HashMap<>();
    while (reader.next()) {
      switch (reader.field()) {
        case 7 -> node(reader.message("node"), shapes, 1);
        case 11 -> attribute(reader.message("attribute_proto"), shapes, 1);
        default -> {}
      }
    }
  }

  private void graph(WireReader reader, Map<String, long[]> outer, int depth)
      throws ModelFormatException {
    if (depth > MAX_DEPTH) {
      throw new ModelFormatException("graphs are nested more than " + MAX_DEPTH + " deep");
    }
    reader.once(1, 5, 11, 12, 13, 14, 15, 16);
    List<WireReader> nodes = new ArrayList<>();
    Map<String, long[]> shapes = new HashMap<>(outer);
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> nodes.add(reader.message("node"));
        case 5 -> tensor(reader.message("initializer"), shapes);
        case 15 -> sparse(reader.message("sparse_initializer"));
        default -> {}
      }
    }
    for (WireReader node : nodes) {
      node(node, shapes, depth);
    }
  }

  private void node(WireReader reader, Map<String, long[]> shapes, int depth)
      throws ModelFormatException {
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    String operation = "";
    String domain = "";
    List<WireReader> attributes = new ArrayList<>();
    reader.once(1, 2, 5, 9, 10);
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> inputs.add(reader.text());
        case 2 -> outputs.add(reader.text());
        case 4 -> operation = reader.text();
        case 5 -> attributes.add(reader.message("attribute"));
        case 7 -> domain = reader.text();
        default -> {}
      }
    }
    if (!DOMAINS.contains(domain) && !functions.contains(domain + ":" + operation)) {
      throw new ModelFormatException(
          "operation "
              + operation
              + " of "
              + domain
              + " is not allowed: only those of ONNX itself and functions of the model are");
    }
    for (WireReader attribute : attributes) {
      long[] constant = attribute(attribute, shapes, depth);
      if (constant.length > 0 && operation.equals("Constant") && outputs.size() == 1) {
        shapes.put(outputs.get(0), constant);
      }
    }
    Integer shapeInput = SHAPED_BY.get(operation);
    if (shapeInput != null && inputs.size() > shapeInput) {
      long[] shape = shapes.get(inputs.get(shapeInput));
      if (shape != null) {
        requireSize(operation + " " + outputs, shape, MAX_NUMBERS);
      }
    }
  }

  /** Looks through an attribute; the integers that it holds, in a tensor or as such. */
  private long[] attribute(WireReader reader, Map<String, long[]> shapes, int depth)
      throws ModelFormatException {
    reader.once(7, 8, 9, 10, 11, 15, 23);
    List<Long> integers = new ArrayList<>();
    long[] constant = {};
    while (reader.next()) {
      switch (reader.field()) {
        case 3 -> integers.add(reader.varint());
        case 8 -> add(reader, integers);
        case 5 -> constant = tensor(reader.message("t"), new HashMap<>());
        case 6 -> graph(reader.message("g"), shapes, depth + 1);
        case 10 -> tensor(reader.message("tensors"), new HashMap<>());
        case 11 -> graph(reader.message("graphs"), shapes, depth + 1);
        case 22, 23 -> sparse(reader.message("sparse_tensor"));
        default -> {}
      }
    }
    return constant.length > 0 ? constant : array(integers);
  }

  private static void add(WireReader reader, List<Long> numbers) throws ModelFormatException {
    for (long number : reader.varints()) {
      numbers.add(number);
    }
  }

  private void sparse(WireReader reader) throws ModelFormatException {
    List<Long> dims = new ArrayList<>();
    reader.once(3);
    while (reader.next()) {
      switch (reader.field()) {
        case 1, 2 -> tensor(reader.message("sparse"), new HashMap<>());
        case 3 -> add(reader, dims);
        default -> {}
      }
    }
    requireSize("a sparse tensor", array(dims), MAX_NUMBERS);
  }

  /** Looks through a tensor; its integers where it is a vector of them, as shapes are. */
  private long[] tensor(WireReader reader, Map<String, long[]> shapes) throws ModelFormatException {
    List<Long> dims = new ArrayList<>();
    List<Long> integers = new ArrayList<>();
    String name = "";
    int type = 0;
    byte[] raw = {};
    reader.once(1, 4, 5, 6, 7, 10, 11, 13, 16);
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> add(reader, dims);
        case 2 -> type = (int) reader.varint(); // An enum has 32 bits.
        case 7 -> add(reader, integers);
        case 8 -> name = reader.text();
        case 9 -> raw = reader.start(MAX_AXES * Long.BYTES);
        case 13 -> throw external(name);
        case 14 -> {
          if ((int) reader.varint() == EXTERNAL) {
            throw external(name);
          }
        }
        default -> {}
      }
    }
    // The densest type has two numbers in a byte.
    requireSize("tensor " + name, array(dims), 2 * fileBytes);
    if (type == 7 && integers.isEmpty() && dims.size() <= 1) {
      ByteBuffer buffer = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
      while (buffer.remaining() >= Long.BYTES) {
        integers.add(buffer.getLong());
      }
    }
    long[] values = type == 7 && dims.size() <= 1 ? array(integers) : new long[0];
    if (!name.isEmpty() && values.length > 0) {
      shapes.put(name, values);
    }
    return values;
  }

  private static ModelFormatException external(String name) {
    return new ModelFormatException(
        "tensor " + name + " keeps its data outside of the file, which is not allowed");
  }

  private static void requireSize(String what, long[] shape, long most)
      throws ModelFormatException {
    long numbers = 1;
    for (long size : shape) {
      if (size < 0) {
        throw new ModelFormatException(what + " has an axis of size " + size);
      }
      if (size != 0 && numbers > most / size) {
        throw new ModelFormatException(
            what
                + " is declared with more than "
                + most
                + " numbers, which is more than the file holds or a model may have");
      }
      numbers *= size;
    }
  }

  private static long[] array(List<Long> numbers) {
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }
}
