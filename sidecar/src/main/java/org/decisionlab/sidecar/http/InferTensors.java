// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.decisionlab.models.engine.TensorSpec;
import org.decisionlab.models.engine.TensorValue;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.serve.Ask;
import org.decisionlab.sidecar.serve.ServedModel;
import org.decisionlab.sidecar.wire.InferJson;
import org.decisionlab.sidecar.wire.TensorsJson;

/** The model's own tensors in the Open Inference Protocol. */
final class InferTensors {

  private InferTensors() {}

  /**
   * Whether a request names an input of the model; otherwise it is about rows. Names of features
   * are names of columns, unless the model has numbers of 64 bits and the request tells just its
   * own tensors.
   */
  static boolean names(ServedModel model, JsonNode root) {
    Set<String> own =
        model.signature().inputs().stream().map(TensorSpec::name).collect(Collectors.toSet());
    Set<String> told = InferJson.names(root);
    return told.stream().anyMatch(name -> own.contains(name) && !model.features().contains(name))
        || (model.isWide() && InferJson.fits(root, model.signature().inputs()));
  }

  static void describe(ArrayNode list, List<TensorSpec> tensors) {
    for (TensorSpec tensor : tensors) {
      ObjectNode json = list.addObject();
      json.put("name", tensor.name()).put("datatype", TensorsJson.datatype(tensor.type()));
      tensor.shape().forEach(json.putArray("shape")::add);
    }
  }

  /** All outputs, or those that the request's {@code outputs} name. */
  static ObjectNode response(JsonNode root, Ask.Tensors answer) {
    ServedModel model = answer.by();
    List<TensorSpec> specs = model.signature().outputs();
    Set<String> wanted = new LinkedHashSet<>();
    root.path("outputs").forEach(output -> wanted.add(output.path("name").asText()));
    List<String> known = specs.stream().map(TensorSpec::name).toList();
    if (!known.containsAll(wanted)) {
      throw RefusedException.malformed(
          "the model has the outputs " + known + ", not all of " + wanted);
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model_name", model.name().value());
    json.put("model_version", Integer.toString(model.version()));
    if (root.path("id").isTextual()) {
      json.put("id", root.path("id").asText());
    }
    ArrayNode outputs = json.putArray("outputs");
    for (int i = 0; i < specs.size(); i++) {
      String name = specs.get(i).name();
      if (wanted.isEmpty() || wanted.contains(name)) {
        TensorValue value = answer.outputs().get(i);
        ObjectNode output = outputs.addObject();
        output.put("name", name).put("datatype", TensorsJson.datatype(value.type()));
        Arrays.stream(value.shape()).forEach(output.putArray("shape")::add);
        output.set("data", TensorsJson.flat(value));
      }
    }
    return json;
  }
}
