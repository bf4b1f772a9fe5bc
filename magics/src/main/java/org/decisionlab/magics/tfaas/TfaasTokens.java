// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.tfaas;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.decisionlab.identity.tokens.http.SafeUri;
import org.decisionlab.identity.tokens.source.TokenRequest;
import org.decisionlab.magics.login.KernelTokens;
import org.jspecify.annotations.Nullable;

/**
 * Which server is shown tokens: the one that {@link TfaasService#ADDRESS} names and no other, over
 * https or on this machine. With an audience ({@link KernelTokens#SIDECAR_AUDIENCE}) from the first
 * request on, else as soon as it has asked for one. Thread safe.
 */
public final class TfaasTokens {

  private final KernelTokens tokens;
  private final Function<String, @Nullable String> environment;
  private final Set<String> wanting = ConcurrentHashMap.newKeySet();

  /**
   * Tokens for the server of an environment.
   *
   * @param tokens the tokens of the kernel
   * @param environment environment variables by name
   */
  public TfaasTokens(KernelTokens tokens, Function<String, @Nullable String> environment) {
    this.tokens = tokens;
    this.environment = environment;
  }

  /** The token for a server, or why there is none for it. */
  ServerToken of(URI server) {
    String configured = value(TfaasService.ADDRESS);
    if (configured.isEmpty() || !origin(URI.create(configured)).equals(origin(server))) {
      return ServerToken.refusing(
          "tokens are sent to the server that "
              + TfaasService.ADDRESS
              + " names before the kernel starts, and to no other");
    }
    try {
      SafeUri.check(server);
    } catch (IllegalArgumentException e) {
      return ServerToken.refusing("a token is sent over https, or to this machine, only");
    }
    String audience = value(KernelTokens.SIDECAR_AUDIENCE);
    String origin = origin(server);
    return new ServerToken(
        tokens,
        request(audience),
        !audience.isEmpty() || wanting.contains(origin),
        () -> wanting.add(origin));
  }

  /** Without an audience whatever comes is tried, as it is. */
  private TokenRequest request(String audience) {
    String scopes = value(KernelTokens.SIDECAR_SCOPES);
    if (audience.isEmpty()) {
      return TokenRequest.ANY;
    }
    return TokenRequest.of(
        audience, scopes.isEmpty() ? List.of() : List.of(scopes.split("\\s+", -1)));
  }

  private String value(String name) {
    String value = environment.apply(name);
    return value == null ? "" : value.strip();
  }

  private static String origin(URI address) {
    String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
    int port = address.getPort();
    int usual = scheme.equals("https") ? 443 : 80;
    return scheme
        + "://"
        + String.valueOf(address.getHost()).toLowerCase(Locale.ROOT)
        + ":"
        + (port < 0 ? usual : port);
  }
}
