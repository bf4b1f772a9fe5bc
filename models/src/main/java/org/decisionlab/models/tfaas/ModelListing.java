// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tfaas;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A model as a server lists it; texts that the server does not tell are empty.
 *
 * @param name name of the model
 * @param model file name of its graph
 * @param labels file name of its labels
 * @param inputNode node of a frozen graph that takes the row
 * @param outputNode node of a frozen graph that gives the answer
 * @param description what it is, for people
 * @param timestamp when it was made, as the server writes it
 * @param version number of the version being served; null where the server does not tell
 * @param decides whether it can answer caches; false where the server does not tell
 */
public record ModelListing(
    String name,
    String model,
    String labels,
    String inputNode,
    String outputNode,
    String description,
    String timestamp,
    @Nullable Integer version,
    boolean decides) {

  static ModelListing of(JsonNode entry) {
    return new ModelListing(
        entry.path("name").asText(""),
        entry.path("model").asText(""),
        entry.path("labels").asText(""),
        either(entry, "input_node", "inputNode"),
        either(entry, "output_node", "outputNode"),
        entry.path("description").asText(""),
        entry.path("timestamp").asText(""),
        entry.path("version").isInt() ? entry.path("version").asInt() : null,
        entry.path("decides").asBoolean());
  }

  private static String either(JsonNode entry, String newer, String older) {
    String text = entry.path(newer).asText("");
    return text.isEmpty() ? entry.path(older).asText("") : text;
  }
}
