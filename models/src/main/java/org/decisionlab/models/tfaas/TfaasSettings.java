// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tfaas;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Where a server is and how to talk to it.
 *
 * @param base address such as {@code http://127.0.0.1:8083} or {@code https://host/core/models}
 * @param connectTimeout how long to wait for a connection
 * @param requestTimeout how long to wait for a whole answer
 * @param token gives the bearer token for each request anew; empty for none. It is sent over https
 *     and to loopback addresses only, and never printed
 */
public record TfaasSettings(
    URI base, Duration connectTimeout, Duration requestTimeout, Supplier<Optional<String>> token) {

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  /** Refuses an address that is not plain http or https, and times that are no time. */
  public TfaasSettings {
    String scheme = String.valueOf(base.getScheme()).toLowerCase(Locale.ROOT);
    if (!(scheme.equals("http") || scheme.equals("https")) || base.getHost() == null) {
      throw new IllegalArgumentException(
          "a server's address must be http://HOST:PORT or https://HOST:PORT, found scheme "
              + base.getScheme()
              + " and host "
              + base.getHost());
    }
    if (base.getRawUserInfo() != null
        || base.getRawQuery() != null
        || base.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "a server's address must have no user, query or fragment: host " + base.getHost());
    }
    if (connectTimeout.isNegative()
        || connectTimeout.isZero()
        || requestTimeout.isNegative()
        || requestTimeout.isZero()) {
      throw new IllegalArgumentException(
          "time limits must be above 0: " + connectTimeout + ", " + requestTimeout);
    }
  }

  /** A server that asks for no token; 5 seconds to connect and 60 for an answer. */
  public static TfaasSettings of(URI base) {
    return new TfaasSettings(base, Duration.ofSeconds(5), Duration.ofMinutes(1), Optional::empty);
  }

  /** The same server with a token. */
  public TfaasSettings withToken(Supplier<Optional<String>> supplier) {
    return new TfaasSettings(base, connectTimeout, requestTimeout, supplier);
  }

  /** The same server with another time for a whole answer. */
  public TfaasSettings withRequestTimeout(Duration timeout) {
    return new TfaasSettings(base, connectTimeout, timeout, token);
  }

  /** Whether a token may travel to the server without being read on the way. */
  boolean mayCarryToken() {
    return "https".equalsIgnoreCase(base.getScheme()) || LOOPBACK.contains(base.getHost());
  }

  /** The address and the times, never the token. */
  @Override
  public String toString() {
    return "TfaasSettings["
        + base
        + ", connect "
        + connectTimeout
        + ", request "
        + requestTimeout
        + "]";
  }
}
