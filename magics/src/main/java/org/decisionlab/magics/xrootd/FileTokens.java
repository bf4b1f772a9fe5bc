// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.xrootd;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.decisionlab.identity.tokens.http.SafeUri;
import org.decisionlab.identity.tokens.source.AccessToken;
import org.decisionlab.identity.tokens.source.TokenFacts;
import org.decisionlab.identity.tokens.source.TokenRequest;
import org.decisionlab.identity.tokens.source.TokenUnavailableException;
import org.decisionlab.magics.login.KernelTokens;
import org.jspecify.annotations.Nullable;

/**
 * Which token a storage element is shown. Elements that {@link #HOSTS} lists, and that of {@link
 * KernelTokens#FILE_AUDIENCE}, get one for that audience; where there is a list, others get none;
 * where there is none, others get one that says that it is for their own address and for nothing
 * else: an address with a slip of the pen must not get what is good elsewhere. None travels over
 * plain HTTP to another machine.
 */
public final class FileTokens {

  /** Environment variable with the storage elements that are shown tokens. */
  public static final String HOSTS = "DECISIONLAB_FILE_HOSTS";

  private final KernelTokens tokens;

  /**
   * What a program is given.
   *
   * @param token the token, or null
   * @param why why there is none; empty where there is one
   */
  record ForProgram(@Nullable AccessToken token, String why) {}

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
    if (isListed(element)) {
      return tokens.ofFiles();
    }
    List<String> hosts = hosts();
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

  /**
   * A token for an element that has refused what it was shown.
   *
   * @param refused the token that it was shown, or null
   * @param refusal what the element said, for messages
   * @throws IOException when there is none for it, or no other one, with the reason
   */
  AccessToken renewed(URI element, @Nullable AccessToken refused, String refusal)
      throws IOException, InterruptedException {
    try {
      TokenRequest request = request(element);
      if (refused != null) {
        tokens.refused(request, refused);
      }
      AccessToken next = fitting(element, request, tokens.token(request));
      if (refused != null && refused.secret().equals(next.secret())) {
        throw new IOException("there is no other token than the one refused");
      }
      return next;
    } catch (IOException | TokenUnavailableException e) {
      throw new IOException(refusal + "; " + e.getMessage(), e);
    }
  }

  /** Whether a token that was shown has ended since. */
  boolean hasEnded(AccessToken token) {
    return token.isExpired(tokens.now());
  }

  /** A token for a program that asks an element, where it is to be shown one and there is one. */
  ForProgram ofProgram(URI element) throws InterruptedException {
    try {
      TokenRequest request = request(element);
      return new ForProgram(fitting(element, request, tokens.tokenWithoutAsking(request)), "");
    } catch (IOException | TokenUnavailableException e) {
      // Public files need none.
      return new ForProgram(null, String.valueOf(e.getMessage()));
    }
  }

  private AccessToken fitting(URI element, TokenRequest request, AccessToken token)
      throws IOException {
    List<String> audiences = token.facts().map(TokenFacts::audiences).orElse(List.of());
    if (isListed(element) || audiences.equals(List.of(String.valueOf(request.audience())))) {
      return token;
    }
    throw new IOException(
        "the token that is there is not for "
            + request.audience()
            + " alone, and so is not shown to it; where this is a storage element of yours, list it"
            + " before the kernel starts: "
            + HOSTS
            + "="
            + shortAuthority(element));
  }

  private boolean isListed(URI element) {
    String audience = tokens.setting(KernelTokens.FILE_AUDIENCE);
    return hosts().stream().anyMatch(host -> matches(host, element))
        || (!audience.isEmpty() && authority(URI.create(audience)).equals(authority(element)));
  }

  private List<String> hosts() {
    return Stream.of(tokens.setting(HOSTS).split("[,\\s]+", -1))
        .filter(host -> !host.isEmpty())
        .toList();
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
