// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.List;
import org.decisionlab.identity.tokens.source.TokenRequest;
import org.jspecify.annotations.Nullable;

/**
 * What a token is asked for.
 *
 * @param audience the service, or null for whatever comes
 * @param scopes sorted
 */
record Asked(@Nullable String audience, List<String> scopes) {

  private static final int MOST_CHARACTERS = 4096;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  Asked {
    scopes = List.copyOf(scopes);
  }

  /** Reads the body of a request. */
  static Asked of(byte[] body) throws BrokerProblem {
    try {
      JsonNode question = body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
      if (!question.isObject()) {
        throw BrokerProblem.badRequest("the body must be {\"audience\": ..., \"scope\": ...}");
      }
      String audience = text(question, "audience");
      String scope = text(question, "scope");
      List<String> scopes = scope.isBlank() ? List.of() : List.of(scope.strip().split(" +"));
      TokenRequest checked = new TokenRequest(audience.isEmpty() ? null : audience, scopes);
      return new Asked(checked.audience(), checked.scopes());
    } catch (JsonProcessingException e) {
      throw BrokerProblem.badRequest("the body is not JSON");
    } catch (IOException e) {
      throw BrokerProblem.badRequest("the body cannot be read");
    } catch (IllegalArgumentException e) {
      throw BrokerProblem.badRequest(String.valueOf(e.getMessage()));
    }
  }

  /** Whether the login's own token will do. */
  boolean isAny() {
    return audience == null && scopes.isEmpty();
  }

  /** Words for messages. */
  String words() {
    return (audience == null ? "any audience" : audience)
        + (scopes.isEmpty() ? "" : " with " + String.join(" ", scopes));
  }

  private static String text(JsonNode question, String name) throws BrokerProblem {
    JsonNode value = question.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    if (!value.isTextual() || value.asText().length() > MOST_CHARACTERS) {
      throw BrokerProblem.badRequest(
          name + " must be a text of at most " + MOST_CHARACTERS + " characters");
    }
    return value.asText();
  }
}
