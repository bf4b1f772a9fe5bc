// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.decisionlab.identity.tokens.http.Sha256;
import org.decisionlab.identity.tokens.source.TokenRequest;

/**
 * A question of a server.
 *
 * @param asked for what the token is to be
 * @param refused the digest of a token that a service has refused; empty where none was
 */
record Question(Asked asked, String refused) {

  private static final int MOST_CHARACTERS = 4096;
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Reads the body of a request. */
  static Question of(byte[] body) throws BrokerProblem {
    try {
      JsonNode question = body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
      if (!question.isObject()) {
        throw BrokerProblem.badRequest("the body must be {\"audience\": ..., \"scope\": ...}");
      }
      String audience = text(question, "audience");
      String scope = text(question, "scope");
      List<String> scopes = scope.isBlank() ? List.of() : List.of(scope.strip().split(" +"));
      TokenRequest checked = new TokenRequest(audience.isEmpty() ? null : audience, scopes);
      String refused = text(question, "refused");
      if (!refused.isEmpty() && !DIGEST.matcher(refused).matches()) {
        throw BrokerProblem.badRequest(
            "refused must be the SHA-256 of the token that was refused, in 64 of the letters"
                + " 0-9a-f, and not the token");
      }
      return new Question(new Asked(checked.audience(), checked.scopes()), refused);
    } catch (JsonProcessingException e) {
      throw BrokerProblem.badRequest("the body is not JSON");
    } catch (IOException e) {
      throw BrokerProblem.badRequest("the body cannot be read");
    } catch (IllegalArgumentException e) {
      throw BrokerProblem.badRequest(String.valueOf(e.getMessage()));
    }
  }

  /** Whether this is the token that was refused. */
  boolean hasRefused(String token) {
    return !refused.isEmpty() && refused.equals(Sha256.hex(token));
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
