// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.decisionlab.identity.tokens.http.SafeUri;
import org.jspecify.annotations.Nullable;

/**
 * What the broker starts with. It never says its secrets.
 *
 * @param hubApi the hub's API, such as {@code http://127.0.0.1:8081/hub/api}
 * @param hubToken the broker's own token at the hub
 * @param listen where it listens: host and port, 0 for a free one
 * @param prefix its path behind the hub's proxy, with a slash at both ends
 * @param accessScopes scopes of a hub's token, one of which whoever asks must have
 * @param issuer the provider of the logins
 * @param clientId the client by which users log in at the hub
 * @param clientSecret its secret, or null for a public client
 * @param exchange whether tokens are narrowed
 * @param exchangesPerMinute how many exchanges the questions of one user may cause in a minute
 */
public record BrokerSettings(
    URI hubApi,
    String hubToken,
    URI listen,
    String prefix,
    Set<String> accessScopes,
    URI issuer,
    String clientId,
    @Nullable String clientSecret,
    Exchange exchange,
    int exchangesPerMinute) {

  /** How many exchanges one user has in a minute, unless it is set. */
  public static final int USUAL_EXCHANGES = 60;

  private static final int MOST_EXCHANGES = 1_000_000;

  /** Whether tokens are narrowed by token exchange (RFC 8693). */
  public enum Exchange {
    /** Where the provider allows it; else the login's token is passed on where it fits. */
    AUTO,
    /** Always; where the provider does not allow it, there is no token. */
    ALWAYS,
    /** Never: the login's token is passed on where it fits. */
    NEVER
  }

  private static final String PER_MINUTE = "DECISIONLAB_BROKER_EXCHANGES_PER_MINUTE";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Checks the addresses. */
  public BrokerSettings {
    SafeUri.check(hubApi);
    SafeUri.check(issuer);
    accessScopes = Set.copyOf(accessScopes);
    if (listen.getHost() == null || listen.getPort() < 0) {
      throw new IllegalArgumentException(
          "JUPYTERHUB_SERVICE_URL must be like http://127.0.0.1:10101, not " + listen);
    }
    if (!prefix.startsWith("/") || !prefix.endsWith("/")) {
      throw new IllegalArgumentException(
          "JUPYTERHUB_SERVICE_PREFIX begins and ends with a slash, unlike " + prefix);
    }
    if (accessScopes.isEmpty()) {
      throw new IllegalArgumentException("JUPYTERHUB_OAUTH_ACCESS_SCOPES names no scope");
    }
    if (exchangesPerMinute < 1 || exchangesPerMinute > MOST_EXCHANGES) {
      throw new IllegalArgumentException(
          PER_MINUTE + " is 1 to " + MOST_EXCHANGES + ", not " + exchangesPerMinute);
    }
  }

  /**
   * Reads the environment that a hub gives to its services, and the provider's part of it.
   *
   * @throws IllegalArgumentException when something is missing, with its name
   * @throws IOException when the file with the client's secret cannot be read
   */
  public static BrokerSettings of(Map<String, String> environment) throws IOException {
    String name = environment.getOrDefault("JUPYTERHUB_SERVICE_NAME", "token-broker");
    return new BrokerSettings(
        URI.create(needed(environment, "JUPYTERHUB_API_URL")),
        needed(environment, "JUPYTERHUB_API_TOKEN"),
        URI.create(needed(environment, "JUPYTERHUB_SERVICE_URL")),
        environment.getOrDefault("JUPYTERHUB_SERVICE_PREFIX", "/services/" + name + "/"),
        accessScopes(environment.getOrDefault("JUPYTERHUB_OAUTH_ACCESS_SCOPES", ""), name),
        URI.create(needed(environment, "DECISIONLAB_ISSUER")),
        needed(environment, "DECISIONLAB_HUB_CLIENT_ID"),
        secret(environment.getOrDefault("DECISIONLAB_HUB_CLIENT_SECRET_FILE", "")),
        exchange(environment.getOrDefault("DECISIONLAB_BROKER_EXCHANGE", "auto")),
        perMinute(environment.getOrDefault(PER_MINUTE, "")));
  }

  /** Addresses and names only. */
  @Override
  public String toString() {
    return "broker at " + listen + prefix + " of " + hubApi + ", logins of " + issuer;
  }

  private static String needed(Map<String, String> environment, String name) {
    String value = environment.getOrDefault(name, "");
    if (value.isBlank()) {
      throw new IllegalArgumentException("the environment has no " + name);
    }
    return value;
  }

  private static @Nullable String secret(String file) throws IOException {
    if (file.isEmpty()) {
      return null;
    }
    String secret = Files.readString(Path.of(file)).strip();
    if (secret.isEmpty()) {
      throw new IllegalArgumentException(
          "the file of DECISIONLAB_HUB_CLIENT_SECRET_FILE is empty: " + file);
    }
    return secret;
  }

  private static Exchange exchange(String text) {
    try {
      return Exchange.valueOf(text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "DECISIONLAB_BROKER_EXCHANGE is auto, always or never, not '" + text + "'", e);
    }
  }

  private static int perMinute(String text) {
    try {
      return text.isBlank() ? USUAL_EXCHANGES : Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          PER_MINUTE + " is a number of exchanges such as 60, not '" + text + "'", e);
    }
  }

  private static Set<String> accessScopes(String list, String name) {
    if (list.isEmpty()) {
      return Set.of("access:services", "access:services!service=" + name);
    }
    try {
      Set<String> scopes = new TreeSet<>();
      for (JsonNode scope : JSON.readTree(list)) {
        scopes.add(scope.asText());
      }
      return scopes;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "JUPYTERHUB_OAUTH_ACCESS_SCOPES is a JSON list of scopes, not " + list, e);
    }
  }
}
