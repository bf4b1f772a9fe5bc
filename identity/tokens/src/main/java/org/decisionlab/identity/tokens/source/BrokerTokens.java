// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.source;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.decisionlab.identity.tokens.http.JsonDoor;
import org.decisionlab.identity.tokens.http.SafeUri;

/**
 * Tokens of the token broker beside the hub: {@code POST BROKER/token} with the server's own hub
 * token, a JSON object with {@code audience} and {@code scope}, answered by {@code access_token}
 * and {@code expires_at} (ISO 8601), or by {@code error} and {@code error_description}. After a
 * token was refused the question has its digest too ({@code refused}): the broker then looks for
 * another one.
 */
public final class BrokerTokens implements TokenProvider {

  static final String NAME = "token broker";

  /**
   * So long a question may take: the broker, which answers after 40 s whatever hub and provider do,
   * must have told why before.
   */
  public static final Duration WAIT = Duration.ofSeconds(45);

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final URI address;
  private final String hubToken;
  private final JsonDoor door;

  /**
   * A broker.
   *
   * @param broker its address, without {@code /token}
   * @param hubToken the hub's token of this server
   */
  public BrokerTokens(URI broker, String hubToken, JsonDoor door) {
    String text = SafeUri.check(broker).toString();
    this.address = URI.create((text.endsWith("/") ? text : text + "/") + "token");
    this.hubToken = hubToken;
    this.door = door;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<AccessToken> token(TokenRequest request) throws TokenUnavailableException {
    return answer(question(request));
  }

  @Override
  public Optional<AccessToken> tokenInsteadOf(TokenRequest request, AccessToken refused)
      throws TokenUnavailableException {
    return answer(question(request).put("refused", refused.digest()));
  }

  private static ObjectNode question(TokenRequest request) {
    ObjectNode question = JSON.createObjectNode();
    if (request.audience() != null) {
      question.put("audience", request.audience());
    }
    return question.put("scope", request.scope());
  }

  private Optional<AccessToken> answer(ObjectNode question) throws TokenUnavailableException {
    try {
      JsonDoor.Reply reply =
          door.post(address, question, Map.of("Authorization", "token " + hubToken));
      if (reply.isOk()) {
        return Optional.of(
            AccessToken.of(reply.text("access_token"), Instant.parse(reply.text("expires_at"))));
      }
      String reason = reply.text("error_description");
      throw new TokenUnavailableException(
          reason.isEmpty() ? "it answered with status " + reply.status() : reason);
    } catch (IOException e) {
      throw new TokenUnavailableException(String.valueOf(e.getMessage()), e);
    } catch (DateTimeException e) {
      throw new TokenUnavailableException("it did not say when its token ends", e);
    }
  }
}
