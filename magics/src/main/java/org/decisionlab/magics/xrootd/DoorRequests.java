// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.xrootd;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.decisionlab.identity.tokens.source.AccessToken;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests that change nothing to a storage element. A token is shown to the element when it
 * asks for one, renewed once when it is refused, and never shown to where a redirect leads. An
 * answer of which nothing comes for a while is given up.
 */
final class DoorRequests {

  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final int MOST_REDIRECTS = 5;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final int UNAUTHORIZED = 401;

  /** Told by XRootD to who shows no token, too, or one that has ended. */
  private static final int FORBIDDEN = 403;

  private final FileTokens tokens;
  private final Duration stall;
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .version(HttpClient.Version.HTTP_1_1)
          .build();

  /** By the element that has asked for it. */
  private final Map<String, AccessToken> shown = new ConcurrentHashMap<>();

  /**
   * @param tokens the tokens to show
   * @param stall how long nothing may come
   */
  DoorRequests(FileTokens tokens, Duration stall) {
    this.tokens = tokens;
    this.stall = stall;
  }

  /**
   * Sends a request that may be repeated.
   *
   * @param method for messages; {@code build} sets it where it is not GET
   * @param build adds headers, method and body
   * @param moved how many bytes have come, where they are counted
   * @return the last answer, whatever its status
   */
  <T> HttpResponse<T> send(
      URI uri,
      String method,
      Consumer<HttpRequest.Builder> build,
      BodyHandler<T> body,
      LongSupplier moved)
      throws IOException, InterruptedException {
    String element = origin(uri);
    boolean renewed = false;
    while (true) {
      HttpResponse<T> answer = followed(uri, method, build, body, moved);
      AccessToken before = shown.get(element);
      boolean wanted =
          answer.statusCode() == UNAUTHORIZED
              || (answer.statusCode() == FORBIDDEN && (before == null || tokens.hasEnded(before)));
      if (!wanted || renewed || !origin(answer.uri()).equals(element)) {
        return answer;
      }
      String refusal = method + " " + uri + ": HTTP " + answer.statusCode();
      shown.put(element, tokens.renewed(uri, before, refusal));
      renewed = before != null;
    }
  }

  private <T> HttpResponse<T> followed(
      URI uri,
      String method,
      Consumer<HttpRequest.Builder> build,
      BodyHandler<T> body,
      LongSupplier moved)
      throws IOException, InterruptedException {
    URI at = uri;
    for (int hops = 0; hops <= MOST_REDIRECTS; hops++) {
      HttpRequest.Builder request = HttpRequest.newBuilder(at).header("User-Agent", "decisionlab");
      build.accept(request);
      AccessToken token = shown.get(origin(uri));
      if (token != null && origin(at).equals(origin(uri))) {
        request.header("Authorization", "Bearer " + token.secret());
      }
      HttpResponse<T> answer = await(method + " " + bare(at), request.build(), body, moved);
      String location = answer.headers().firstValue("Location").orElse("");
      if (!REDIRECTS.contains(answer.statusCode()) || location.isEmpty()) {
        return answer;
      }
      at = next(at, location);
    }
    throw new IOException(uri + ": sent on more than " + MOST_REDIRECTS + " times");
  }

  private static URI next(URI at, String location) throws IOException {
    URI next;
    try {
      next = at.resolve(URI.create(location));
    } catch (IllegalArgumentException e) {
      throw new IOException(bare(at) + ": sent on to what is no address", e);
    }
    boolean web = "https".equals(next.getScheme()) || "http".equals(next.getScheme());
    boolean opened = "https".equals(at.getScheme()) && !"https".equals(next.getScheme());
    if (!web || opened || next.getHost() == null) {
      throw new IOException(
          bare(at)
              + ": sent on from "
              + at.getScheme()
              + " to "
              + bare(next)
              + ", which is refused");
    }
    return next;
  }

  private <T> HttpResponse<T> await(
      String asked, HttpRequest request, BodyHandler<T> body, LongSupplier moved)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<T>> answer = http.sendAsync(request, body);
    try {
      long seen = moved.getAsLong();
      long since = System.nanoTime();
      while (true) {
        try {
          return answer.get(Math.min(1000, stall.toMillis()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          long now = moved.getAsLong();
          if (now != seen) {
            seen = now;
            since = System.nanoTime();
          } else if (System.nanoTime() - since >= stall.toNanos()) {
            throw new IOException(
                asked + ": nothing has come for " + stall.toSeconds() + " s, given up", e);
          }
        }
      }
    } catch (ExecutionException e) {
      throw new IOException(asked + ": " + reason(e.getCause()), e.getCause());
    } finally {
      answer.cancel(true);
    }
  }

  private static String reason(@Nullable Throwable cause) {
    if (cause instanceof ConnectException) {
      return "no answer: nothing listens there; is this its address?";
    }
    return cause == null
        ? "no answer"
        : cause.getClass().getSimpleName()
            + (cause.getMessage() == null ? "" : ": " + cause.getMessage());
  }

  /** An address without its query, which may hold a signature. */
  private static String bare(URI uri) {
    return uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath();
  }

  private static String origin(URI uri) {
    int usual = "https".equals(uri.getScheme()) ? 443 : 80;
    return uri.getScheme()
        + "://"
        + String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT)
        + ":"
        + (uri.getPort() < 0 ? usual : uri.getPort());
  }
}
