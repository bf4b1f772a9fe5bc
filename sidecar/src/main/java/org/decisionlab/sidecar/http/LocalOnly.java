// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps pages of other sites, open in a browser on this machine, away from a server on loopback:
 * both the {@code Host} that was asked and the {@code Origin} of the page must be this machine.
 */
final class LocalOnly implements Handler<RoutingContext> {

  private static final Pattern LOCAL =
      Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1\\]|\\[0:0:0:0:0:0:0:1\\]");

  private static final Pattern PORT = Pattern.compile(":[0-9]{1,5}$");

  private final boolean hostToo;

  /**
   * The host asked last that was found to be this machine: clients ask the same one all the time.
   */
  private volatile String seen = "";

  /**
   * Keeps pages of other sites away.
   *
   * @param hostToo whether the sidecar must have been asked as this machine; not where bearer
   *     tokens are wanted, which such a page does not have
   */
  LocalOnly(boolean hostToo) {
    this.hostToo = hostToo;
  }

  @Override
  public void handle(RoutingContext context) {
    String host = context.request().getHeader("Host");
    if (hostToo && host != null && !host.equals(seen) && !isLocalServer(host)) {
      Replies.error(context, 403, "this sidecar answers only when asked as localhost");
      return;
    }
    String origin = context.request().getHeader("Origin");
    if (hostToo && origin != null && !isLocal(hostOf(origin))) {
      Replies.error(context, 403, "pages of other sites may not use this sidecar");
      return;
    }
    context.next();
  }

  private boolean isLocalServer(String host) {
    boolean local = isLocal(PORT.matcher(host).replaceFirst(""));
    if (local) {
      seen = host;
    }
    return local;
  }

  private static boolean isLocal(@Nullable String host) {
    return host != null && LOCAL.matcher(host).matches();
  }

  private static @Nullable String hostOf(String origin) {
    try {
      return URI.create(origin).getHost();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
