// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.web.authentication.AuthenticationConverter;

/** Clients without a secret, who log in by device code (RFC 8628) and refresh. */
final class PublicClients implements AuthenticationConverter, AuthenticationProvider {

  private static final Set<String> GRANTS =
      Set.of(
          AuthorizationGrantType.DEVICE_CODE.getValue(),
          AuthorizationGrantType.REFRESH_TOKEN.getValue());

  private static final class Named extends OAuth2ClientAuthenticationToken {
    private static final long serialVersionUID = 1L;

    Named(String id) {
      super(id, ClientAuthenticationMethod.NONE, null, Map.of());
    }
  }

  private final RegisteredClientRepository clients;

  PublicClients(RegisteredClientRepository clients) {
    this.clients = clients;
  }

  @Override
  public @Nullable Authentication convert(HttpServletRequest request) {
    String id = request.getParameter("client_id");
    boolean secret =
        request.getHeader("Authorization") != null || request.getParameter("client_secret") != null;
    if (id == null || secret) {
      return null;
    }
    String path = request.getRequestURI();
    String grant = request.getParameter("grant_type");
    boolean asked =
        path.equals("/devicecode")
            || path.equals("/revoke")
            || (path.equals("/token") && grant != null && GRANTS.contains(grant));
    return asked ? new Named(id) : null;
  }

  @Override
  public @Nullable Authentication authenticate(Authentication authentication) {
    RegisteredClient client = clients.findByClientId(authentication.getName());
    if (client == null
        || !client.getClientAuthenticationMethods().contains(ClientAuthenticationMethod.NONE)) {
      throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT);
    }
    return new OAuth2ClientAuthenticationToken(client, ClientAuthenticationMethod.NONE, null);
  }

  @Override
  public boolean supports(Class<?> authentication) {
    return authentication == Named.class;
  }
}
