// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

import com.nimbusds.jose.jwk.JWK;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;

/** What IAM writes into tokens, by the profile of the client; and for whom it writes none. */
final class IamClaims implements OAuth2TokenCustomizer<JwtEncodingContext> {

  /** The audience of tokens of the profile {@code wlcg} for which no other one was asked. */
  static final String ANY_AUDIENCE = "https://wlcg.cern.ch/jwt/v1/any";

  private static final List<String> AUDIENCE_PARAMETERS = List.of("resource", "aud", "audience");

  private final SimUsers users;
  private final SimClients clients;
  private final SigningKeys keys;
  private final Switches switches;
  private final Place place;

  IamClaims(SimUsers users, SimClients clients, SigningKeys keys, Switches switches, Place place) {
    this.users = users;
    this.clients = clients;
    this.keys = keys;
    this.switches = switches;
    this.place = place;
  }

  @Override
  public void customize(JwtEncodingContext context) {
    Terms terms = switches.terms();
    String clientId = context.getRegisteredClient().getClientId();
    Authentication principal = context.getPrincipal();
    SimUser user = principal == null ? null : users.find(principal.getName());
    if (user != null) {
      refuseInactive(user.name(), terms);
    }
    JWK key = keys.current();
    context.getJwsHeader().algorithm(SigningKeys.algorithm(key)).keyId(key.getKeyID());
    JwtClaimsSet.Builder claims = context.getClaims();
    claims.issuer(place.issuer(terms));
    claims.subject(user == null ? clientId : user.subject());
    if (OAuth2TokenType.ACCESS_TOKEN.equals(context.getTokenType())) {
      access(context, clientId, user, terms);
    } else if (user != null) {
      claims.expiresAt(Instant.now().plusSeconds(terms.idSeconds()));
      claims.claims(
          all -> all.putAll(person(user, profile(clientId, terms), context.getAuthorizedScopes())));
    }
  }

  /** What is told of a user at the endpoint for that. */
  Map<String, Object> userinfo(OAuth2Authorization login) {
    SimUser user = users.find(login.getPrincipalName());
    if (user == null) {
      throw new OAuth2AuthenticationException(new OAuth2Error("invalid_token"));
    }
    Terms terms = switches.terms();
    refuseInactive(user.name(), terms);
    Profile profile = profile(login.getRegisteredClientId(), terms);
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("sub", user.subject());
    all.putAll(person(user, profile, login.getAuthorizedScopes()));
    return all;
  }

  /**
   * What introspection adds to the claims of a token. Told are those of its scopes that the client
   * who asks may ask for itself; in the profile {@code iam} groups are told with {@code profile}
   * among them only.
   */
  Map<String, Object> introspected(OAuth2Authorization login, String asking) {
    Map<String, Object> all = new LinkedHashMap<>();
    Set<String> scopes = toldTo(asking, login);
    all.put("scope", String.join(" ", scopes));
    all.put("client_id", login.getRegisteredClientId());
    SimUser user = users.find(login.getPrincipalName());
    if (user != null) {
      all.put("username", user.name());
      Profile profile = profile(login.getRegisteredClientId(), switches.terms());
      List<String> groups = groups(user, profile, login.getAuthorizedScopes());
      if (!groups.isEmpty() && (profile == Profile.WLCG || scopes.contains("profile"))) {
        all.put(groupsClaim(profile), groups);
      }
    }
    return all;
  }

  private Set<String> toldTo(String asking, OAuth2Authorization login) {
    SimClient client = clients.registration(asking);
    var access = login.getAccessToken();
    if (client == null || access == null) {
      return Set.of();
    }
    Set<String> told = new LinkedHashSet<>(access.getToken().getScopes());
    told.retainAll(AskedScopes.allowed(client.scopes(), String.join(" ", told)));
    return told;
  }

  /** Whether IAM still knows the user as active. */
  boolean isActive(OAuth2Authorization login) {
    return !switches.terms().suspended().contains(login.getPrincipalName());
  }

  private void access(
      JwtEncodingContext context, String clientId, @Nullable SimUser user, Terms terms) {
    JwtClaimsSet.Builder claims = context.getClaims();
    Set<String> scopes = context.getAuthorizedScopes();
    Profile profile = profile(clientId, terms);
    List<String> audiences = audiences(context);
    claims.claim("client_id", clientId);
    claims.claims(
        all -> {
          all.remove("aud");
          if ((profile == Profile.IAM && !terms.iamScope()) || scopes.isEmpty()) {
            all.remove("scope");
          } else {
            all.put("scope", String.join(" ", scopes));
          }
          if (profile == Profile.IAM && !terms.iamNbf()) {
            all.remove("nbf");
          }
        });
    if (!audiences.isEmpty()) {
      claims.audience(audiences);
    } else if (profile == Profile.WLCG) {
      claims.audience(List.of(ANY_AUDIENCE));
    }
    if (profile == Profile.WLCG) {
      claims.claim("wlcg.ver", "1.0");
      claims.notBefore(Instant.now().minusSeconds(60));
    }
    if (user != null && (profile == Profile.WLCG || terms.iamGroups())) {
      List<String> groups = groups(user, profile, scopes);
      if (!groups.isEmpty()) {
        claims.claim(groupsClaim(profile), groups);
      }
    }
    if (AuthorizationGrantType.TOKEN_EXCHANGE.equals(context.getAuthorizationGrantType())) {
      exchange(context, clientId, terms, audiences);
      claims.claim("act", Map.of("sub", clientId));
    }
  }

  private void exchange(
      JwtEncodingContext context, String clientId, Terms terms, List<String> audiences) {
    OAuth2Authorization origin = context.getAuthorization();
    SimClient client = clients.registration(clientId);
    if (!terms.exchange() || client == null || origin == null) {
      throw refused("unauthorized_client", "token exchange is switched off");
    }
    if (!client.exchangesFrom().contains(origin.getRegisteredClientId())) {
      throw refused(
          "access_denied",
          "no policy lets " + clientId + " exchange tokens of " + origin.getRegisteredClientId());
    }
    for (String audience : audiences) {
      String code = terms.exchangeRefusals().get(audience);
      if (code != null) {
        throw refused(code, "no token is exchanged for " + audience);
      }
    }
    if (terms.exchangeIgnoresScope()) {
      context.getClaims().claim("scope", String.join(" ", origin.getAuthorizedScopes()));
    }
  }

  private static List<String> audiences(JwtEncodingContext context) {
    HttpServletRequest request = SimClients.request();
    OAuth2Authorization login = context.getAuthorization();
    OAuth2AuthorizationRequest authorize =
        login == null ? null : login.getAttribute(OAuth2AuthorizationRequest.class.getName());
    for (String name : AUDIENCE_PARAMETERS) {
      String[] asked = request == null ? null : request.getParameterValues(name);
      if (asked != null) {
        return words(String.join(" ", asked));
      }
    }
    boolean exchanged =
        AuthorizationGrantType.TOKEN_EXCHANGE.equals(context.getAuthorizationGrantType());
    for (String name : AUDIENCE_PARAMETERS) {
      if (authorize != null
          && !exchanged
          && authorize.getAdditionalParameters().get(name) instanceof String asked) {
        return words(asked);
      }
    }
    return List.of();
  }

  private static List<String> words(String text) {
    return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
  }

  private Profile profile(String clientId, Terms terms) {
    SimClient client = clients.registration(clientId);
    return client == null
        ? terms.profile()
        : Profile.of(Set.copyOf(client.scopes()), terms.profile());
  }

  private static Map<String, Object> person(SimUser user, Profile profile, Set<String> scopes) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("preferred_username", user.name());
    all.put("name", user.fullName());
    all.put("organisation_name", "iam-sim");
    List<String> groups = groups(user, profile, scopes);
    if (!groups.isEmpty()) {
      all.put(groupsClaim(profile), groups);
    }
    return all;
  }

  private static String groupsClaim(Profile profile) {
    return profile == Profile.WLCG ? "wlcg.groups" : "groups";
  }

  private static List<String> groups(SimUser user, Profile profile, Set<String> scopes) {
    if (profile == Profile.IAM) {
      return user.groups().stream().map(group -> group.substring(1)).toList();
    }
    Set<String> told = new LinkedHashSet<>();
    boolean any = false;
    for (String scope : scopes) {
      if (scope.equals("wlcg.groups")) {
        told.addAll(user.groups());
        any = true;
      } else if (scope.startsWith("wlcg.groups:/")) {
        String group = scope.substring("wlcg.groups:".length());
        if (user.groups().contains(group) || user.optionalGroups().contains(group)) {
          told.add(group);
        }
        any = true;
      }
    }
    if (any) {
      told.addAll(user.groups());
    }
    return new ArrayList<>(told);
  }

  private static void refuseInactive(String user, Terms terms) {
    if (terms.suspended().contains(user)) {
      throw refused("invalid_grant", "User " + user + " is suspended");
    }
    if (terms.unsigned().contains(user)) {
      throw refused(
          "invalid_grant",
          "User " + user + " needs to sign AUP for this organization in order to proceed");
    }
  }

  private static OAuth2AuthenticationException refused(String error, String description) {
    return new OAuth2AuthenticationException(new OAuth2Error(error, description, null));
  }
}
