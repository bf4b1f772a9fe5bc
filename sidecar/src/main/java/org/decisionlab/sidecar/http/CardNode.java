// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.decisionlab.models.bundle.ModelCard;

/** A model card as a part of an answer. */
final class CardNode {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private CardNode() {}

  static JsonNode of(ModelCard card) {
    try {
      return JSON.readTree(card.toJson());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a card can always be written", e);
    }
  }
}
