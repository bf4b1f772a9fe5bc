// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tfaas;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer and what it rests on.
 *
 * @param answer the answer
 * @param score probability of reuse; null when no model answered
 * @param threshold score from which on a file is stored; null when no model answered
 * @param features what the model saw, by name in its order; empty when no model answered
 */
public record CacheExplanation(
    CacheAnswer answer,
    @Nullable Double score,
    @Nullable Double threshold,
    Map<String, Double> features) {

  /** Keeps an own copy of the features, in order. */
  public CacheExplanation {
    features = Collections.unmodifiableMap(new LinkedHashMap<>(features));
  }

  static CacheExplanation of(String asked, JsonNode json) throws TfaasException {
    Map<String, Double> features = new LinkedHashMap<>();
    json.path("features")
        .properties()
        .forEach(feature -> features.put(feature.getKey(), feature.getValue().asDouble()));
    return new CacheExplanation(
        CacheAnswer.of(asked, json), number(json, "score"), number(json, "threshold"), features);
  }

  private static @Nullable Double number(JsonNode json, String member) {
    return json.path(member).isNumber() ? json.path(member).asDouble() : null;
  }
}
