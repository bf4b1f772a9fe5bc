// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Ahead of everything: refuses requests that are not for this machine, is away when told so, counts
 * what comes to the token endpoint, and answers refreshes one at a time, so that a refresh token
 * that is replaced is used once.
 */
final class QuirksFilter extends OncePerRequestFilter {

  private static final Set<String> HOSTS = Set.of("127.0.0.1", "localhost", "[::1]", "::1");
  private static final Set<String> GRANTS =
      Set.of(
          "authorization_code",
          "refresh_token",
          "client_credentials",
          "urn:ietf:params:oauth:grant-type:device_code",
          "urn:ietf:params:oauth:grant-type:token-exchange");
  private static final long LONGEST_STALL_SECONDS = 60;
  private static final long SLOW_SECONDS = 3;

  /** Spring refuses {@code openid} at the device endpoint, where IAM takes it. */
  private static final class WithoutOpenId extends HttpServletRequestWrapper {

    WithoutOpenId(HttpServletRequest request) {
      super(request);
    }

    @Override
    public @Nullable String getParameter(String name) {
      String[] values = getParameterValues(name);
      return values == null ? null : values[0];
    }

    @Override
    public String @Nullable [] getParameterValues(String name) {
      return getParameterMap().get(name);
    }

    @Override
    public Map<String, String[]> getParameterMap() {
      Map<String, String[]> all = new LinkedHashMap<>(super.getParameterMap());
      all.computeIfPresent(
          "scope",
          (name, values) ->
              Stream.of(values)
                  .map(value -> value.replaceAll("(^| )openid(?= |$)", "").strip())
                  .toArray(String[]::new));
      return all;
    }
  }

  private final Switches switches;
  private final ReentrantLock refreshing = new ReentrantLock();

  QuirksFilter(Switches switches) {
    this.switches = switches;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String path = request.getRequestURI();
    if (!HOSTS.contains(request.getServerName())) {
      response.sendError(421, "this is the IAM simulator of one machine");
      return;
    }
    if (!path.startsWith(ControlDoor.PATH) && isAway()) {
      switches.count("away");
      response.setHeader("Retry-After", "2");
      response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
      return;
    }
    if (path.equals("/jwk")) {
      response.setHeader("Cache-Control", "max-age=21600, public, no-transform");
    }
    if (path.equals("/token")) {
      token(request, response, chain);
    } else if (path.equals("/devicecode")) {
      chain.doFilter(new WithoutOpenId(request), response);
    } else {
      chain.doFilter(request, response);
    }
  }

  private void token(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String asked = String.valueOf(request.getParameter("grant_type"));
    String grant = GRANTS.contains(asked) ? asked.substring(asked.lastIndexOf(':') + 1) : "other";
    boolean refresh = grant.equals("refresh_token");
    if (refresh) {
      refreshing.lock();
    }
    try {
      chain.doFilter(request, response);
    } finally {
      switches.count(grant + (response.getStatus() == 200 ? "" : ".refused"));
      if (refresh) {
        refreshing.unlock();
      }
    }
  }

  private boolean isAway() {
    return switch (switches.terms().outage()) {
      case NONE -> false;
      case REFUSING -> true;
      case STALLED -> !isBackWithin(LONGEST_STALL_SECONDS);
      case SLOW -> {
        isBackWithin(SLOW_SECONDS);
        yield false;
      }
    };
  }

  private boolean isBackWithin(long seconds) {
    try {
      return switches.awaitService(seconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
