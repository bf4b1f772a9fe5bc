// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.source;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.decisionlab.identity.tokens.http.JsonDoor;
import org.decisionlab.identity.tokens.http.SafeUri;

/**
 * The token in a JupyterHub's own state of a login, for hubs without a broker that let servers read
 * it (scope {@code admin:auth_state!user}). Such a hub hands out the one token that it has, for
 * whatever audience it is, and refreshes it late.
 *
 * <p>The address may be of plain http, also on another machine: in containers JupyterHub names
 * itself so, and every server of a user sends it the same hub token there by itself, with which
 * whoever reads along could ask for the login as well.
 */
public final class HubTokens implements TokenProvider {

  static final String NAME = "JupyterHub";

  private final URI address;
  private final String hubToken;
  private final JsonDoor door;

  /**
   * A hub.
   *
   * @param api address of its API, such as {@code http://127.0.0.1:8081/hub/api}
   * @param user whose server this is
   * @param hubToken the hub's token of this server
   */
  public HubTokens(URI api, String user, String hubToken, JsonDoor door) {
    String text = checked(api).toString();
    this.address =
        URI.create(
            (text.endsWith("/") ? text : text + "/")
                + "users/"
                + URLEncoder.encode(user, StandardCharsets.UTF_8).replace("+", "%20"));
    this.hubToken = hubToken;
    this.door = door;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<AccessToken> token(TokenRequest request) throws TokenUnavailableException {
    try {
      JsonDoor.Reply reply = door.get(address, Map.of("Authorization", "token " + hubToken));
      if (!reply.isOk()) {
        throw new TokenUnavailableException("it answered with status " + reply.status());
      }
      String token = reply.body().path("auth_state").path("access_token").asText();
      if (token.isEmpty()) {
        throw new TokenUnavailableException(
            "it does not let this server read its login (auth_state)");
      }
      return Optional.of(Audiences.fitting(AccessToken.of(token), request));
    } catch (IOException e) {
      throw new TokenUnavailableException(String.valueOf(e.getMessage()), e);
    }
  }

  private static URI checked(URI api) {
    boolean plain = "http".equals(api.getScheme());
    if (api.getHost() == null || api.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "the address of the hub's API must be like http://hub:8081/hub/api, without a user");
    }
    return plain ? api : SafeUri.check(api);
  }
}
