// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2DeviceCode;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.core.OAuth2UserCode;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationCode;

/**
 * All tokens and codes that were ever given out, also those that have ended or were replaced: so
 * that a test can look for each of them where none must be. Thread safe.
 */
final class IssuedTokens {

  /** How many are kept; the first ones are. */
  static final int MOST = 10_000;

  private static final Map<String, Class<? extends OAuth2Token>> KINDS =
      Map.of(
          "authorization_code", OAuth2AuthorizationCode.class,
          "access_token", OAuth2AccessToken.class,
          "refresh_token", OAuth2RefreshToken.class,
          "id_token", OidcIdToken.class,
          "device_code", OAuth2DeviceCode.class,
          "user_code", OAuth2UserCode.class);

  /**
   * One of them.
   *
   * @param kind its name in OAuth
   * @param user whose login it belongs to
   * @param value the token or code itself
   */
  record Issued(String kind, String user, String value) {

    @Override
    public String toString() {
      return kind + " of " + user;
    }
  }

  private final Map<String, Issued> all = new LinkedHashMap<>();
  private long left;

  /** Adds what a login has now. */
  synchronized void add(OAuth2Authorization login) {
    KINDS.forEach(
        (kind, type) -> {
          OAuth2Authorization.Token<? extends OAuth2Token> token = login.getToken(type);
          if (token != null) {
            add(new Issued(kind, login.getPrincipalName(), token.getToken().getTokenValue()));
          }
        });
  }

  /** Adds one; beyond the limit it is counted only. */
  synchronized void add(Issued issued) {
    if (all.size() < MOST) {
      all.putIfAbsent(issued.value(), issued);
    } else if (!all.containsKey(issued.value())) {
      left++;
    }
  }

  /** All that are kept, in the order in which they were given out. */
  synchronized List<Issued> all() {
    return List.copyOf(all.values());
  }

  /** How many were given out and not kept. */
  synchronized long left() {
    return left;
  }
}
