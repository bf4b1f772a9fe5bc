// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.decisionlab.models.engine.TensorSpec;
import org.decisionlab.models.engine.TensorValue;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.serve.Ask;
import org.decisionlab.sidecar.serve.ServedModel;
import org.decisionlab.sidecar.wire.TensorsJson;

/** The model's own tensors in the REST interface of TensorFlow Serving. */
final class ServingTensors {

  private ServingTensors() {}

  /**
   * The tensors of a request, in the order of the model's inputs; empty when it is about rows of
   * numbers, which is when its names are not those of the inputs. Names of features are names of
   * columns, unless the model has numbers of 64 bits and the values have as many axes as its own
   * tensors.
   */
  static List<TensorValue> inputs(ServedModel model, JsonNode root, boolean byRows) {
    List<TensorSpec> specs = model.signature().inputs();
    Set<String> names = specs.stream().map(TensorSpec::name).collect(Collectors.toSet());
    boolean ofFeatures = model.features().stream().anyMatch(names::contains);
    if (!model.isOfTensors() || (ofFeatures && !model.isWide())) {
      return List.of();
    }
    JsonNode told = byRows ? root.path("instances") : root.path("inputs");
    JsonNode first = byRows ? told.path(0) : told;
    if (!first.isObject()) {
      // The only input need not be named; but rows of numbers are what they always are.
      boolean bare =
          specs.size() == 1 && (model.width() < 0 || (model.isWide() && first.isArray()));
      return bare
          ? List.of(TensorsJson.nested(told, specs.get(0), specs.get(0).name()))
          : List.of();
    }
    Set<String> found = new HashSet<>();
    first.fieldNames().forEachRemaining(found::add);
    if (found.stream().noneMatch(names::contains)
        || (ofFeatures && !fits(first, specs, byRows ? 1 : 0))) {
      return List.of();
    }
    if (!found.equals(names)) {
      throw RefusedException.malformed("the model has the inputs " + names + ", found " + found);
    }
    List<TensorValue> values = new ArrayList<>();
    for (TensorSpec spec : specs) {
      JsonNode value = byRows ? column(told, spec.name(), names) : told.path(spec.name());
      values.add(TensorsJson.nested(value, spec, "input '" + spec.name() + "'"));
    }
    return values;
  }

  /** Whether an object tells all inputs, each with its number of axes but the outermost ones. */
  private static boolean fits(JsonNode told, List<TensorSpec> specs, int outermost) {
    return specs.stream()
        .allMatch(
            spec -> {
              int axes = outermost;
              for (JsonNode at = told.path(spec.name()); at.isArray(); at = at.path(0)) {
                axes++;
              }
              return told.has(spec.name()) && axes == spec.shape().size();
            });
  }

  /** The values of an input in all instances, one after the other. */
  private static ArrayNode column(JsonNode instances, String name, Set<String> names) {
    ArrayNode column = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < instances.size(); i++) {
      JsonNode instance = instances.get(i);
      if (!instance.isObject() || instance.size() != names.size() || !instance.has(name)) {
        throw RefusedException.malformed(
            "instances[" + i + "] must be an object with the inputs " + names);
      }
      column.add(instance.path(name));
    }
    return column;
  }

  /** One output alone, several by their names; row by row, or all rows of one after the other. */
  static ObjectNode response(Ask.Tensors answer, boolean byRows) {
    List<TensorSpec> specs = answer.by().signature().outputs();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    List<JsonNode> values = answer.outputs().stream().map(TensorsJson::nested).toList();
    if (!byRows) {
      if (values.size() == 1) {
        json.set("outputs", values.get(0));
        return json;
      }
      ObjectNode outputs = json.putObject("outputs");
      for (int i = 0; i < values.size(); i++) {
        outputs.set(specs.get(i).name(), values.get(i));
      }
      return json;
    }
    int rows = values.get(0).size();
    if (values.stream().anyMatch(value -> !value.isArray() || value.size() != rows)) {
      throw RefusedException.malformed(
          "the outputs of the model do not have a row for each instance; ask with 'inputs'");
    }
    ArrayNode list = json.putArray("predictions");
    for (int row = 0; row < rows; row++) {
      if (values.size() == 1) {
        list.add(values.get(0).get(row));
        continue;
      }
      ObjectNode one = list.addObject();
      for (int i = 0; i < values.size(); i++) {
        one.set(specs.get(i).name(), values.get(i).get(row));
      }
    }
    return json;
  }

  static void describe(ObjectNode json, List<TensorSpec> tensors) {
    for (TensorSpec tensor : tensors) {
      ObjectNode each = json.putObject(tensor.name());
      each.put("dtype", dtype(tensor));
      ObjectNode shape = each.putObject("tensor_shape");
      shape.put("unknown_rank", false);
      ArrayNode axes = shape.putArray("dim");
      tensor
          .shape()
          .forEach(size -> axes.addObject().put("size", Integer.toString(size)).put("name", ""));
    }
  }

  private static String dtype(TensorSpec tensor) {
    return switch (tensor.type()) {
      case FLOAT32 -> "DT_FLOAT";
      case FLOAT64 -> "DT_DOUBLE";
      case INT32 -> "DT_INT32";
      case INT64 -> "DT_INT64";
    };
  }
}
