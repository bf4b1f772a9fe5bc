// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.server.authorization.InMemoryOAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;

/**
 * The logins, in memory, one question at a time: Spring's own memory walks through its logins while
 * others add some. On strict terms, who shows a refresh token that was replaced ends the login that
 * it belonged to.
 */
final class SimAuthorizations implements OAuth2AuthorizationService {

  private static final int MOST_SPENT = 10_000;

  private final InMemoryOAuth2AuthorizationService logins =
      new InMemoryOAuth2AuthorizationService();
  private final Switches switches;
  private final IssuedTokens issued = new IssuedTokens();
  private final Set<String> ids = new HashSet<>();
  private final Map<String, String> spent =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > MOST_SPENT;
        }
      };

  SimAuthorizations(Switches switches) {
    this.switches = switches;
  }

  @Override
  public synchronized void save(OAuth2Authorization login) {
    OAuth2Authorization old = logins.findById(login.getId());
    String before = refreshToken(old);
    if (before != null && !before.equals(refreshToken(login))) {
      spent.put(SecretEncoder.hash(before), login.getId());
    }
    logins.save(login);
    issued.add(login);
    ids.add(login.getId());
  }

  @Override
  public synchronized void remove(OAuth2Authorization login) {
    logins.remove(login);
    ids.remove(login.getId());
  }

  @Override
  public synchronized @Nullable OAuth2Authorization findById(String id) {
    return logins.findById(id);
  }

  @Override
  public synchronized @Nullable OAuth2Authorization findByToken(
      String token, @Nullable OAuth2TokenType type) {
    OAuth2Authorization login = logins.findByToken(token, type);
    if (login == null && switches.terms().refresh() == RefreshRule.STRICT) {
      endReplayed(token);
    }
    return login;
  }

  /** What was ever given out. */
  IssuedTokens issued() {
    return issued;
  }

  /** Ends all logins of a user, and says how many. */
  synchronized int end(String user) {
    int ended = 0;
    for (String id : List.copyOf(ids)) {
      OAuth2Authorization login = logins.findById(id);
      if (login != null && login.getPrincipalName().equals(user)) {
        remove(login);
        ended++;
      }
    }
    return ended;
  }

  private void endReplayed(String token) {
    String id = spent.remove(SecretEncoder.hash(token));
    OAuth2Authorization login = id == null ? null : logins.findById(id);
    if (login != null) {
      remove(login);
      switches.count("replayed");
    }
  }

  private static @Nullable String refreshToken(@Nullable OAuth2Authorization login) {
    OAuth2Authorization.Token<OAuth2RefreshToken> token =
        login == null ? null : login.getRefreshToken();
    return token == null ? null : token.getToken().getTokenValue();
  }
}
