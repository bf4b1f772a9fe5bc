// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.proto.WireReader;

/**
 * A node of an ONNX file.
 *
 * @param operation such as {@code TreeEnsembleRegressor}
 * @param domain of the operation, empty for ONNX itself
 * @param inputs names of what goes in
 * @param outputs names of what comes out
 * @param attributes by name
 */
record OnnxNode(
    String operation,
    String domain,
    List<String> inputs,
    List<String> outputs,
    Map<String, Attribute> attributes) {

  /** Domain of ONNX's operations of machine learning besides nets. */
  static final String ML = "ai.onnx.ml";

  /** The values of an attribute, of the type that it has. */
  record Attribute(List<Long> integers, List<Float> floats, List<String> texts) {}

  static OnnxNode read(WireReader reader) throws ModelFormatException {
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    Map<String, Attribute> attributes = new HashMap<>();
    String operation = "";
    String domain = "";
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> inputs.add(reader.text());
        case 2 -> outputs.add(reader.text());
        case 4 -> operation = reader.text();
        case 5 -> attribute(reader.message("attribute"), attributes);
        case 7 -> domain = reader.text();
        default -> {}
      }
    }
    return new OnnxNode(operation, domain, inputs, outputs, attributes);
  }

  private static void attribute(WireReader reader, Map<String, Attribute> attributes)
      throws ModelFormatException {
    String name = "";
    Attribute found = new Attribute(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> name = reader.text();
        case 2 -> found.floats.add(reader.fixed32());
        case 3 -> found.integers.add(reader.varint());
        case 4 -> found.texts.add(reader.text());
        case 7 -> {
          for (float value : reader.floats()) {
            found.floats.add(value);
          }
        }
        case 8 -> Arrays.stream(reader.varints()).forEach(found.integers::add);
        case 9 -> found.texts.add(reader.text());
        default -> {}
      }
    }
    attributes.put(name, found);
  }

  /** Whether this is an operation of ONNX-ML. */
  boolean is(String name) {
    return domain.equals(ML) && operation.equals(name);
  }

  boolean has(String attribute) {
    return attributes.containsKey(attribute);
  }

  /** Whole numbers; empty when they are absent. */
  int[] integers(String attribute) {
    return all(attribute).integers.stream().mapToInt(Math::toIntExact).toArray();
  }

  /** A whole number. */
  int integer(String attribute, int otherwise) {
    List<Long> values = all(attribute).integers;
    return values.isEmpty() ? otherwise : Math.toIntExact(values.get(0));
  }

  /** Numbers; empty when they are absent. */
  List<Float> floats(String attribute) {
    return all(attribute).floats;
  }

  /** Texts; empty when they are absent. */
  List<String> texts(String attribute) {
    return all(attribute).texts;
  }

  /** A text. */
  String text(String attribute, String otherwise) {
    List<String> values = all(attribute).texts;
    return values.isEmpty() ? otherwise : values.get(0);
  }

  /** The names of classes, which are texts or whole numbers. */
  List<String> classes() {
    List<String> names = new ArrayList<>(texts("classlabels_strings"));
    all("classlabels_int64s").integers.forEach(number -> names.add(String.valueOf(number)));
    return names;
  }

  private Attribute all(String attribute) {
    return attributes.getOrDefault(attribute, new Attribute(List.of(), List.of(), List.of()));
  }
}
