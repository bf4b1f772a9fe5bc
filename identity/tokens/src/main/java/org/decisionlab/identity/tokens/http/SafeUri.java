// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.http;

import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Addresses to which secrets may be sent and from which keys may be taken. */
public final class SafeUri {

  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

  private SafeUri() {}

  /** Refuses everything but HTTPS, and HTTP to this machine. */
  public static URI check(URI uri) {
    String host = uri.getHost();
    boolean plain = "http".equals(uri.getScheme()) && host != null && LOOPBACK.contains(host);
    if (host == null || uri.getUserInfo() != null || (!plain && !"https".equals(uri.getScheme()))) {
      throw new IllegalArgumentException(
          "an address that is told secrets must be https, or http on this machine: " + uri);
    }
    return uri;
  }

  /** Reads an address; null where there is none. */
  public static @Nullable URI parse(String text) {
    return text.isEmpty() ? null : check(URI.create(text));
  }
}
