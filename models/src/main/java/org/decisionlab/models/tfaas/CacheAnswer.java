// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tfaas;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link CacheQuestion}.
 *
 * @param store whether to keep the file
 * @param ttlSeconds how long the answer may be given again without asking
 * @param model model that answered; null without one
 * @param version version of that model; null without one
 * @param why what the answer rests on: model, rule or default
 */
public record CacheAnswer(
    boolean store, int ttlSeconds, @Nullable String model, @Nullable Integer version, String why) {

  static CacheAnswer of(String asked, JsonNode json) throws TfaasException {
    JsonNode store = json.path("store");
    if (!store.isBoolean()) {
      throw new TfaasException(
          asked, 0, "the answer has no \"store\" of true or false: " + Answers.shortened(json));
    }
    return new CacheAnswer(
        store.asBoolean(),
        json.path("ttl_s").asInt(),
        json.path("model").isTextual() ? json.path("model").asText() : null,
        json.path("version").isInt() ? json.path("version").asInt() : null,
        json.path("why").asText(""));
  }
}
