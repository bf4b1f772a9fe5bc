// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.decisionlab.models.engine.TensorSpec;
import org.decisionlab.models.engine.TensorValue;
import org.decisionlab.sidecar.fault.RefusedException;
import org.jspecify.annotations.Nullable;

/** Reads inference requests of the Open Inference Protocol, version 2, without binary extension. */
public final class InferJson {

  private static final int MAX_INPUTS = 10_000;
  private static final int MAX_TEXT = 256;
  private static final int MAX_AXES = 8;

  /**
   * One request.
   *
   * @param id what the client calls it; empty when it does not
   * @param rows the rows
   */
  public record Request(String id, Rows rows) {}

  @SuppressWarnings("ArrayRecordComponent") // local to one reading
  private record Input(String name, int rows, int width, float[] data) {}

  private InferJson() {}

  /**
   * Reads a request: one tensor of all inputs, {@code [rows, width]} or more axes, or one tensor
   * for each feature by its name, {@code [rows]} or {@code [rows, 1]}.
   *
   * @param tensor names under which the model knows its one tensor
   * @throws RefusedException when it is not such a request
   */
  public static Request parse(JsonNode root, Set<String> tensor) {
    String id = StrictJson.text(root, "id", MAX_TEXT);
    JsonNode list = StrictJson.list(root, "inputs", MAX_INPUTS);
    boolean[] lost = new boolean[1];
    Rows rows =
        rows(
            list,
            tensor,
            type ->
                (value, where) -> {
                  float number = type.value(value, where);
                  lost[0] |= type.isLost(value, number);
                  return number;
                });
    return new Request(
        id, new Rows(rows.names(), rows.values(), new Declared(list, tensor, lost[0])));
  }

  /** What tensors tell beyond floats of 32 bits, by the types that the client gave them. */
  private record Declared(JsonNode list, Set<String> tensor, boolean hasLost) implements Rounding {

    @Override
    public @Nullable BigDecimal[][] written() {
      Written written = new Written();
      return written.at(
          rows(list, tensor, type -> type.isNarrow() ? written::floatOnly : written).values());
    }

    @Override
    public float[][] lost() {
      return hasLost
          ? rows(
                  list,
                  tensor,
                  type -> (value, where) -> type.isLost(value, type.value(value, where)) ? 1 : 0)
              .values()
          : Rounding.super.lost();
    }
  }

  /**
   * Reads rows.
   *
   * @param readings how values of a type are read
   */
  private static Rows rows(
      JsonNode list, Set<String> tensor, Function<Datatype, RowsJson.Reading> readings) {
    List<Input> inputs = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      inputs.add(input(list.get(i), "inputs[" + i + "]", readings));
    }
    if (inputs.isEmpty()) {
      throw RefusedException.malformed("'inputs' is empty");
    }
    if (inputs.size() == 1 && tensor.contains(inputs.get(0).name())) {
      return matrix(inputs.get(0));
    }
    return byName(inputs);
  }

  /** Names of the tensors of a request. */
  public static Set<String> names(JsonNode root) {
    Set<String> names = new TreeSet<>();
    for (JsonNode input : StrictJson.list(root, "inputs", MAX_INPUTS)) {
      names.add(input.path("name").asText());
    }
    return names;
  }

  /** Whether a request tells all inputs of a model, each with its own type and number of axes. */
  public static boolean fits(JsonNode root, List<TensorSpec> specs) {
    JsonNode list = root.path("inputs");
    return list.size() == specs.size()
        && specs.stream()
            .allMatch(
                spec -> {
                  for (JsonNode input : list) {
                    if (input.path("name").asText().equals(spec.name())) {
                      return input
                              .path("datatype")
                              .asText()
                              .equals(TensorsJson.datatype(spec.type()))
                          && input.path("shape").size() == spec.shape().size();
                    }
                  }
                  return false;
                });
  }

  /**
   * The tensors of a request, in the order of the model's inputs.
   *
   * @throws RefusedException when one is missing, unknown, told twice, or does not fit
   */
  public static List<TensorValue> tensors(JsonNode root, List<TensorSpec> specs) {
    Map<String, TensorValue> found = new HashMap<>();
    JsonNode list = StrictJson.list(root, "inputs", MAX_INPUTS);
    for (int i = 0; i < list.size(); i++) {
      String where = "inputs[" + i + "]";
      JsonNode input = list.get(i);
      String name = StrictJson.text(input, "name", MAX_TEXT);
      TensorSpec spec =
          specs.stream()
              .filter(each -> each.name().equals(name))
              .findFirst()
              .orElseThrow(() -> RefusedException.malformed(where + ": no input '" + name + "'"));
      String type = StrictJson.text(input, "datatype", MAX_TEXT);
      if (!type.equals(TensorsJson.datatype(spec.type()))) {
        throw RefusedException.malformed(
            where
                + " ('"
                + name
                + "'): 'datatype' must be "
                + TensorsJson.datatype(spec.type())
                + ", found '"
                + type
                + "'");
      }
      if (!input.path("data").isArray()) {
        throw RefusedException.malformed(
            where + " has no list 'data'; the binary extension is not supported");
      }
      int[] shape = shape(input, where);
      String shown = where + " ('" + name + "')";
      if (found.put(name, TensorsJson.flat(input.path("data"), shape, spec, shown)) != null) {
        throw RefusedException.malformed("input '" + name + "' is there twice");
      }
    }
    return inOrder(found, specs);
  }

  private static List<TensorValue> inOrder(Map<String, TensorValue> found, List<TensorSpec> specs) {
    List<String> missing =
        specs.stream().map(TensorSpec::name).filter(name -> !found.containsKey(name)).toList();
    if (!missing.isEmpty()) {
      throw RefusedException.malformed("inputs " + missing + " of the model are missing");
    }
    return specs.stream().map(spec -> Objects.requireNonNull(found.get(spec.name()))).toList();
  }

  private static int[] shape(JsonNode input, String where) {
    JsonNode told = StrictJson.list(input, "shape", MAX_AXES);
    int[] shape = new int[told.size()];
    for (int i = 0; i < shape.length; i++) {
      if (!told.get(i).isIntegralNumber()
          || !told.get(i).canConvertToInt()
          || told.get(i).asInt() < 1) {
        throw RefusedException.malformed(where + ": 'shape' must hold whole numbers from 1 on");
      }
      shape[i] = told.get(i).asInt();
    }
    return shape;
  }

  private static Rows matrix(Input input) {
    float[][] rows = new float[input.rows()][input.width()];
    for (int r = 0; r < rows.length; r++) {
      System.arraycopy(input.data(), r * input.width(), rows[r], 0, input.width());
    }
    return new Rows(List.of(), rows, Rounding.NONE);
  }

  private static Rows byName(List<Input> inputs) {
    List<String> names = new ArrayList<>();
    List<float[]> columns = new ArrayList<>();
    for (Input input : inputs) {
      if (input.width() != 1) {
        throw RefusedException.malformed(
            "input '"
                + input.name()
                + "' has "
                + input.width()
                + " numbers a row; inputs by the names of features have one");
      }
      names.add(input.name());
      columns.add(input.data());
    }
    return RowsJson.transposed(names, columns, "inputs");
  }

  private static Input input(
      JsonNode node, String where, Function<Datatype, RowsJson.Reading> readings) {
    if (!node.isObject()) {
      throw RefusedException.malformed(where + " must be an object");
    }
    String name = StrictJson.text(node, "name", MAX_TEXT);
    if (name.isEmpty()) {
      throw RefusedException.malformed(where + " has no 'name'");
    }
    Datatype type = Datatype.of(StrictJson.text(node, "datatype", MAX_TEXT), where);
    if (!node.path("data").isArray()) {
      throw RefusedException.malformed(
          where + " has no list 'data'; the binary extension is not supported");
    }
    int[] shape = shape(node, where);
    long width = 1;
    for (int i = 1; i < shape.length; i++) {
      width = Math.min(width * shape[i], Integer.MAX_VALUE);
    }
    int rows = shape.length == 0 ? 1 : shape[0];
    float[] data = data(node.path("data"), where, readings.apply(type));
    if (data.length != rows * width) {
      throw RefusedException.malformed(
          where + ": 'data' has " + data.length + " numbers, 'shape' is " + Arrays.toString(shape));
    }
    return new Input(name, rows, (int) width, data);
  }

  private static float[] data(JsonNode list, String where, RowsJson.Reading reading) {
    List<Float> numbers = new ArrayList<>(list.size());
    RowsJson.flatten(list, where + ".data", reading, numbers);
    float[] data = new float[numbers.size()];
    for (int i = 0; i < data.length; i++) {
      data[i] = numbers.get(i);
    }
    return data;
  }
}
