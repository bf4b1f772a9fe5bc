// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.verify;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.decisionlab.core.http.BoundedBody;
import org.jspecify.annotations.Nullable;

/** Small requests to issuers: bounded in time and size, never redirected. */
final class IssuerDoor {

  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final long WHOLE_SECONDS = 6;
  private static final int MAX_BYTES = 512 << 10;

  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .version(HttpClient.Version.HTTP_1_1)
          .build();

  /** Fetches a document. */
  byte[] get(URI uri) throws IOException {
    return send(HttpRequest.newBuilder(uri).header("Accept", "application/json").GET().build());
  }

  /** Posts a form as an OAuth client (RFC 6749 section 2.3.1). */
  byte[] post(URI uri, Map<String, String> form, String clientId, String secret)
      throws IOException {
    String credentials = encoded(clientId) + ":" + encoded(secret);
    String basic = Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    String body =
        form.entrySet().stream()
            .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    return send(
        HttpRequest.newBuilder(uri)
            .header("Accept", "application/json")
            .header("Authorization", "Basic " + basic)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private byte[] send(HttpRequest request) throws IOException {
    var answer = http.sendAsync(request, info -> new BoundedBody(MAX_BYTES));
    try {
      HttpResponse<byte[]> reply = answer.get(WHOLE_SECONDS, TimeUnit.SECONDS);
      if (reply.statusCode() != 200) {
        throw new IOException(request.uri() + " answered with status " + reply.statusCode());
      }
      return reply.body();
    } catch (TimeoutException e) {
      throw new IOException(request.uri() + " gave no answer in " + WHOLE_SECONDS + " s", e);
    } catch (ExecutionException e) {
      throw new IOException(request.uri() + ": " + reason(e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + request.uri() + " was asked", e);
    } finally {
      answer.cancel(true);
    }
  }

  private static String reason(@Nullable Throwable cause) {
    if (cause == null) {
      return "no answer";
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
