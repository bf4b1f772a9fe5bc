// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import org.springframework.http.client.ClientHttpResponse;

/**
 * An answer of a token endpoint that holds no token: a status and, where it has the form of OAuth
 * (RFC 6749 section 5.2), a code and words.
 */
final class ErrorAnswer extends RuntimeException {

  private static final long serialVersionUID = 1L;
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int MOST_BYTES = 64 << 10;

  /** What a gateway says of a provider that is not there. */
  private static final Set<Integer> OUTAGES = Set.of(502, 503, 504);

  /** Request timeout, too early, too many requests: the same question may be answered later. */
  private static final Set<Integer> LATER = Set.of(408, 425, 429);

  private static final Set<String> LATER_CODES =
      Set.of("temporarily_unavailable", "server_error", "slow_down");

  private final int status;
  private final String code;
  private final String words;

  private ErrorAnswer(int status, String code, String words) {
    super("status " + status);
    this.status = status;
    this.code = code;
    this.words = words;
  }

  /** Reads an answer. */
  static ErrorAnswer of(ClientHttpResponse response) throws IOException {
    int status = response.getStatusCode().value();
    byte[] body;
    try (InputStream in = response.getBody()) {
      body = in.readNBytes(MOST_BYTES);
    }
    JsonNode said = json(body);
    return new ErrorAnswer(
        status, said.path("error").asText(), said.path("error_description").asText());
  }

  int status() {
    return status;
  }

  /**
   * The code of OAuth; empty where the answer is not of that form. A client that has named itself
   * in the header and is not known is told so with status 401 (RFC 6749 section 5.2); with another
   * status Keycloak says {@code invalid_client} of an audience, which is {@code invalid_target}
   * (RFC 8693 section 2.2.2).
   */
  String code() {
    return code.equals("invalid_client") && status != 401 ? "invalid_target" : code;
  }

  /** The provider's words for people; may be empty. */
  String words() {
    return words;
  }

  /** Whether the provider, or its way to here, is down for everybody. */
  boolean isOutage() {
    return OUTAGES.contains(status);
  }

  /** Whether it is the provider's answer to this very question, which it would give again. */
  boolean isRefusal() {
    return status / 100 == 4
        && !LATER.contains(status)
        && !code.isEmpty()
        && !LATER_CODES.contains(code);
  }

  private static JsonNode json(byte[] body) throws IOException {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return JSON.missingNode();
    }
  }
}
