// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.bundle;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.tensorflow.ServingNames;

/**
 * TFaaS's {@code params.json} in the spelling of old ({@code inputNode}) and new servers ({@code
 * input_node}). Node keys name the frozen graph's nodes, name keys those of the SavedModel.
 */
final class ParamsJson {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ParamsJson() {}

  static byte[] of(ModelCard card, ModelGraph graph, String modelFile) {
    ObjectNode root = JSON.createObjectNode();
    root.put("name", card.name())
        .put("model", modelFile)
        .put("labels", ModelBundle.LABELS)
        .put("input_node", graph.input().name())
        .put("output_node", graph.output().name())
        .put("inputNode", graph.input().name())
        .put("outputNode", graph.output().name())
        .put("input_name", ServingNames.INPUT)
        .put("output_name", ServingNames.OUTPUT)
        .put("img_channels", 0)
        .put("description", card.description())
        .put("timestamp", card.provenance().createdAt().toString());
    return (root.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** The same parameters with another file as the model. */
  static byte[] withModel(byte[] params, String modelFile) {
    try {
      ObjectNode root = (ObjectNode) JSON.readTree(params);
      root.put("model", modelFile);
      return (root.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (IOException | ClassCastException e) {
      throw new IllegalStateException(ModelBundle.PARAMS + " is no JSON object", e);
    }
  }
}
