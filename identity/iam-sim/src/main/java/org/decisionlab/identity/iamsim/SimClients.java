// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * The clients on the terms of now. The scopes of a client are those it is registered with and, of
 * the scopes that the present request asks for, those that IAM would let it ask for.
 */
final class SimClients implements RegisteredClientRepository {

  private final Map<String, SimClient> clients = new LinkedHashMap<>();
  private final Secrets secrets;
  private final Switches switches;
  private final SigningKeys keys;

  SimClients(List<SimClient> clients, Secrets secrets, Switches switches, SigningKeys keys) {
    this.secrets = secrets;
    this.switches = switches;
    this.keys = keys;
    for (SimClient client : clients) {
      if (this.clients.put(client.id(), client) != null) {
        throw new IllegalArgumentException("a client is listed twice: " + client.id());
      }
    }
  }

  /** A client's registration, or null. */
  @Nullable SimClient registration(String id) {
    return clients.get(id);
  }

  @Override
  public void save(RegisteredClient client) {
    throw new UnsupportedOperationException("clients are set when the simulator starts");
  }

  @Override
  public @Nullable RegisteredClient findById(String id) {
    return findByClientId(id);
  }

  @Override
  public @Nullable RegisteredClient findByClientId(String id) {
    SimClient client = clients.get(id);
    return client == null ? null : registered(client);
  }

  private RegisteredClient registered(SimClient client) {
    RegisteredClient.Builder builder =
        RegisteredClient.withId(client.id())
            .clientId(client.id())
            .clientName(client.id())
            .scopes(all -> all.addAll(AskedScopes.allowed(client.scopes(), asked())))
            .redirectUris(all -> all.addAll(client.redirects()))
            .authorizationGrantType(AuthorizationGrantType.DEVICE_CODE)
            .clientSettings(
                ClientSettings.builder()
                    .requireProofKey(false)
                    .requireAuthorizationConsent(false)
                    .build())
            .tokenSettings(tokenSettings());
    // Else a device login would want a refresh token, which there is with this scope only.
    if (client.scopes().contains("offline_access")) {
      builder.authorizationGrantType(AuthorizationGrantType.REFRESH_TOKEN);
    }
    if (!client.redirects().isEmpty()) {
      builder.authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE);
    }
    if (client.confidential()) {
      builder
          .clientSecret(SecretEncoder.hash(secrets.client(client.id())))
          .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
          .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_POST)
          .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
          .authorizationGrantType(AuthorizationGrantType.TOKEN_EXCHANGE);
    } else {
      builder.clientAuthenticationMethod(ClientAuthenticationMethod.NONE);
    }
    return builder.build();
  }

  private TokenSettings tokenSettings() {
    Terms terms = switches.terms();
    return TokenSettings.builder()
        .accessTokenTimeToLive(Duration.ofSeconds(terms.accessSeconds()))
        .refreshTokenTimeToLive(Duration.ofSeconds(terms.refreshSeconds()))
        .deviceCodeTimeToLive(Duration.ofSeconds(terms.deviceSeconds()))
        .reuseRefreshTokens(terms.refresh() == RefreshRule.REUSE)
        .idTokenSignatureAlgorithm(SigningKeys.algorithm(keys.current()))
        .build();
  }

  private static String asked() {
    HttpServletRequest request = request();
    String scope = request == null ? null : request.getParameter("scope");
    return scope == null ? "" : scope;
  }

  /** The request that is being answered, where there is one. */
  static @Nullable HttpServletRequest request() {
    return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes now
        ? now.getRequest()
        : null;
  }
}
