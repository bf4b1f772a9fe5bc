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
import org.decisionlab.identity.tokens.http.JsonDoor;
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
 */
public final class StandardTokens {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

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
    return of(environment, temporary, own, login, clock);
  }

  /**
   * Tokens for one process, with its login by device code: the first place as soon as the user has
   * logged in there, and the last one else. Where there is a broker, its user is logged in at the
   * hub: nobody is asked to log in once more because it has no token, only who asks for that.
   *
   * @param login the login, or null where there is none
   */
  public static TokenSource of(
      Map<String, String> environment,
      Path temporary,
      @Nullable Path own,
      @Nullable DeviceLogin login,
      Clock clock) {
    JsonDoor door = new JsonDoor();
    List<TokenProvider> places = new ArrayList<>();
    if (login != null) {
      places.add(new LoggedIn(login));
    }
    String hubToken = environment.getOrDefault("JUPYTERHUB_API_TOKEN", "");
    String broker = environment.getOrDefault("DECISIONLAB_TOKEN_BROKER", "");
    String hub = environment.getOrDefault("JUPYTERHUB_API_URL", "");
    boolean loggedInAtHub = !broker.isEmpty() && !hubToken.isEmpty();
    if (loggedInAtHub) {
      places.add(new BrokerTokens(URI.create(broker), hubToken, door));
    } else if (!hub.isEmpty() && !hubToken.isEmpty()) {
      String user = environment.getOrDefault("JUPYTERHUB_USER", "");
      places.add(new HubTokens(URI.create(hub), user, hubToken, door));
    }
    places.add(new DiscoveredTokens(environment, temporary, own));
    String issuer = environment.getOrDefault("DECISIONLAB_ISSUER", "");
    String socket = environment.getOrDefault("OIDC_SOCK", "");
    String account = environment.getOrDefault("OIDC_AGENT_ACCOUNT", "");
    if (!socket.isEmpty() && !(account.isEmpty() && issuer.isEmpty())) {
      places.add(new AgentTokens(Path.of(socket), account, issuer));
    }
    if (login != null && !loggedInAtHub) {
      places.add(login);
    }
    return new TokenSource(places, PATIENCE, clock);
  }

  /** The login by device code that an environment names. */
  public static Optional<DeviceLogin> login(
      Map<String, String> environment, LoginPrompt prompt, Clock clock) {
    String issuer = environment.getOrDefault("DECISIONLAB_ISSUER", "");
    String client = environment.getOrDefault("DECISIONLAB_CLIENT_ID", "");
    return issuer.isEmpty() || client.isEmpty()
        ? Optional.empty()
        : Optional.of(new DeviceLogin(URI.create(issuer), client, prompt, new JsonDoor(), clock));
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
