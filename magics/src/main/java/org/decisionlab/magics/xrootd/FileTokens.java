// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.xrootd;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.decisionlab.identity.tokens.http.SafeUri;
import org.decisionlab.identity.tokens.source.AccessToken;
import org.decisionlab.identity.tokens.source.TokenRequest;
import org.decisionlab.identity.tokens.source.TokenUnavailableException;
import org.decisionlab.magics.login.KernelTokens;
import org.jspecify.annotations.Nullable;

/**
 * Which token a storage element is shown. Elements that {@link #HOSTS} lists, and that of {@link
 * KernelTokens#FILE_AUDIENCE}, get one for that audience; where there is a list, others get none;
 * where there is none, others get one for their own address only. None travels over plain HTTP to
 * another machine.
 */
public final class FileTokens {

  /** Environment variable with the storage elements that are shown tokens. */
  public static final String HOSTS = "DECISIONLAB_FILE_HOSTS";

  private final KernelTokens tokens;

  /** Tokens of a kernel. */
  public FileTokens(KernelTokens tokens) {
    this.tokens = tokens;
  }

  /**
   * The request for a token for an element.
   *
   * @throws IOException when it is to be shown none, with the reason
   */
  TokenRequest request(URI element) throws IOException {
    if (!element.getScheme().startsWith("root")) {
      try {
        SafeUri.check(element);
      } catch (IllegalArgumentException e) {
        throw new IOException("a token is sent over https, or to this machine, only", e);
      }
    }
    List<String> hosts =
        Stream.of(tokens.setting(HOSTS).split("[,\\s]+", -1))
            .filter(host -> !host.isEmpty())
            .toList();
    String audience = tokens.setting(KernelTokens.FILE_AUDIENCE);
    if (hosts.stream().anyMatch(host -> matches(host, element))
        || (!audience.isEmpty() && authority(URI.create(audience)).equals(authority(element)))) {
      return tokens.ofFiles();
    }
    if (!hosts.isEmpty()) {
      throw new IOException(
          "tokens are sent to the storage elements that "
              + HOSTS
              + " lists ("
              + String.join(", ", hosts)
              + "), and to no other");
    }
    return TokenRequest.of("https://" + shortAuthority(element), List.of());
  }

  /** The same place again where a token is refused: another one, or the reason why not. */
  AccessToken renewed(TokenRequest request, @Nullable AccessToken refused, String refusal)
      throws IOException, InterruptedException {
    try {
      if (refused != null) {
        tokens.refused(request, refused);
      }
      AccessToken next = tokens.token(request);
      if (refused != null && refused.secret().equals(next.secret())) {
        throw new IOException(refusal + "; there is no other token than the one refused");
      }
      return next;
    } catch (TokenUnavailableException e) {
      throw new IOException(refusal + "; " + e.getMessage(), e);
    }
  }

  /** A token for a program that asks an element, where it is to be shown one and there is one. */
  Optional<AccessToken> ofProgram(URI element) throws InterruptedException {
    try {
      return Optional.of(tokens.tokenWithoutAsking(request(element)));
    } catch (IOException | TokenUnavailableException e) {
      // Public files need none; where one is needed, the element says so.
      return Optional.empty();
    }
  }

  private static boolean matches(String pattern, URI element) {
    String wanted = pattern.toLowerCase(Locale.ROOT);
    String host = element.getHost().toLowerCase(Locale.ROOT);
    String withPort = host + ":" + port(element);
    if (wanted.startsWith("*.")) {
      String domain = wanted.substring(1);
      return host.endsWith(domain) || withPort.endsWith(domain);
    }
    return wanted.equals(host) || wanted.equals(withPort);
  }

  private static String authority(URI uri) {
    return String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT) + ":" + port(uri);
  }

  private static String shortAuthority(URI uri) {
    return uri.getHost().toLowerCase(Locale.ROOT) + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
  }

  private static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return switch (String.valueOf(uri.getScheme())) {
      case "https" -> 443;
      case "http" -> 80;
      default -> 1094;
    };
  }
}
