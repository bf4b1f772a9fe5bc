// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.source;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.decisionlab.identity.tokens.http.JsonDoor;
import org.decisionlab.identity.tokens.http.SafeUri;
import org.jspecify.annotations.Nullable;

/**
 * The places where a kernel looks for tokens, in their order: the token broker, the hub, the bearer
 * token discovery, an oidc-agent, a login by device code. Each is there when the environment names
 * it:
 *
 * <ul>
 *   <li>{@code DECISIONLAB_TOKEN_BROKER} and {@code JUPYTERHUB_API_TOKEN}: the broker
 *   <li>{@code JUPYTERHUB_API_URL}, {@code JUPYTERHUB_USER}, {@code JUPYTERHUB_API_TOKEN}: a hub
 *       without a broker
 *   <li>{@code OIDC_SOCK} with {@code OIDC_AGENT_ACCOUNT} or {@code DECISIONLAB_ISSUER}: an agent
 *   <li>{@code DECISIONLAB_ISSUER} and {@code DECISIONLAB_CLIENT_ID}: login by device code
 * </ul>
 *
 * <p>A place that is named and cannot be used leaves the others as they are; its reason is told
 * when none of them has a token.
 */
public final class StandardTokens {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String LOGIN = "login by device code";

  private StandardTokens() {}

  /**
   * Tokens for one process.
   *
   * @param environment the variables
   * @param temporary the folder for temporary files
   * @param own the file that this process writes tokens to, or null
   * @param prompt shows codes to the user
   */
  public static TokenSource of(
      Map<String, String> environment,
      Path temporary,
      @Nullable Path own,
      LoginPrompt prompt,
      Clock clock) {
    DeviceLogin login = login(environment, prompt, clock).orElse(null);
    return of(environment, temporary, own, login, prompt, clock);
  }

  /**
   * Tokens for one process, with its login by device code: the first place as soon as the user has
   * logged in there, and the last one else. Where there is a broker, its user is logged in at the
   * hub: nobody is asked to log in once more because it has no token, only who asks for that.
   *
   * @param login the login, or null where there is none
   * @param prompt that of the login: whether the user can be asked
   */
  public static TokenSource of(
      Map<String, String> environment,
      Path temporary,
      @Nullable Path own,
      @Nullable DeviceLogin login,
      LoginPrompt prompt,
      Clock clock) {
    List<TokenProvider> places = new ArrayList<>();
    if (login != null) {
      places.add(new LoggedIn(login));
    }
    String hubToken = value(environment, "JUPYTERHUB_API_TOKEN");
    String broker = value(environment, "DECISIONLAB_TOKEN_BROKER");
    String hub = value(environment, "JUPYTERHUB_API_URL");
    boolean loggedInAtHub = !broker.isEmpty() && !hubToken.isEmpty();
    if (loggedInAtHub) {
      places.add(
          place(
              BrokerTokens.NAME,
              () ->
                  new BrokerTokens(URI.create(broker), hubToken, new JsonDoor(BrokerTokens.WAIT))));
    } else if (!hub.isEmpty() && !hubToken.isEmpty()) {
      String user = value(environment, "JUPYTERHUB_USER");
      places.add(
          place(
              HubTokens.NAME,
              () -> new HubTokens(URI.create(hub), user, hubToken, new JsonDoor())));
    }
    places.add(new DiscoveredTokens(environment, temporary, own));
    String issuer = value(environment, "DECISIONLAB_ISSUER");
    String socket = value(environment, "OIDC_SOCK");
    String account = value(environment, "OIDC_AGENT_ACCOUNT");
    if (!socket.isEmpty() && !(account.isEmpty() && issuer.isEmpty())) {
      places.add(place(AgentTokens.NAME, () -> new AgentTokens(Path.of(socket), account, issuer)));
    }
    if (login != null && !loggedInAtHub) {
      places.add(login);
    } else {
      loginProblem(environment).ifPresent(why -> places.add(new Unusable(LOGIN, why)));
    }
    return new TokenSource(places, PATIENCE, clock, () -> prompt.refusal().isEmpty());
  }

  /** The login by device code that an environment names, where it can be used. */
  public static Optional<DeviceLogin> login(
      Map<String, String> environment, LoginPrompt prompt, Clock clock) {
    String issuer = value(environment, "DECISIONLAB_ISSUER");
    String client = value(environment, "DECISIONLAB_CLIENT_ID");
    return issuer.isEmpty() || client.isEmpty() || loginProblem(environment).isPresent()
        ? Optional.empty()
        : Optional.of(new DeviceLogin(URI.create(issuer), client, prompt, new JsonDoor(), clock));
  }

  /** Why the login by device code that an environment names cannot be used; empty where it can. */
  public static Optional<String> loginProblem(Map<String, String> environment) {
    String issuer = value(environment, "DECISIONLAB_ISSUER");
    if (issuer.isEmpty() || value(environment, "DECISIONLAB_CLIENT_ID").isEmpty()) {
      return Optional.empty();
    }
    try {
      SafeUri.parse(issuer);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of("DECISIONLAB_ISSUER: " + e.getMessage());
    }
  }

  private static TokenProvider place(String name, Supplier<TokenProvider> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      return new Unusable(name, String.valueOf(e.getMessage()));
    }
  }

  private static String value(Map<String, String> environment, String name) {
    return environment.getOrDefault(name, "");
  }

  /** A place that the environment names in a way that it cannot be used. */
  private record Unusable(String name, String why) implements TokenProvider {

    @Override
    public Optional<AccessToken> token(TokenRequest request) throws TokenUnavailableException {
      throw new TokenUnavailableException(why);
    }
  }

  /** The login of somebody who has logged in. */
  private record LoggedIn(DeviceLogin login) implements TokenProvider {

    @Override
    public String name() {
      return login.name();
    }

    @Override
    public Optional<AccessToken> token(TokenRequest request)
        throws TokenUnavailableException, InterruptedException {
      return login.ofLogin(request);
    }
  }
}
