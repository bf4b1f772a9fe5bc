// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
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

/**
 * Small requests that are answered by JSON: bounded in time and size, never redirected. What is
 * thrown names the address without its query, and nothing of what was sent.
 */
public final class JsonDoor {

  /**
   * An answer.
   *
   * @param status HTTP status
   * @param body what came, a missing node where it was not JSON
   */
  public record Reply(int status, JsonNode body) {

    /** Whether what was asked for came. */
    public boolean isOk() {
      return status == 200;
    }

    /** A text in the answer, empty where there is none. */
    public String text(String member) {
      return body.path(member).asText();
    }
  }

  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration WHOLE = Duration.ofSeconds(6);
  private static final int MAX_BYTES = 512 << 10;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Duration whole;
  private final HttpClient http;

  /** For who answers by himself, and soon. */
  public JsonDoor() {
    this(WHOLE);
  }

  /**
   * For who asks others before he answers.
   *
   * @param whole the limit of a whole request, longer than what the other one waits for
   */
  public JsonDoor(Duration whole) {
    this(
        whole,
        HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1)
            .build());
  }

  private JsonDoor(Duration whole, HttpClient http) {
    this.whole = whole;
    this.http = http;
  }

  /** The same way with a limit for a whole request that is no longer than this. */
  public JsonDoor within(Duration limit) {
    return limit.compareTo(whole) < 0 ? new JsonDoor(limit, http) : this;
  }

  /** Fetches a document, which must be there and be JSON. */
  public JsonNode document(URI uri) throws IOException {
    Reply reply = get(uri, Map.of());
    if (!reply.isOk()) {
      throw new IOException(name(uri) + " answered with status " + reply.status());
    }
    if (reply.body().isMissingNode()) {
      throw new IOException(name(uri) + " is not JSON");
    }
    return reply.body();
  }

  /** Asks for a document. */
  public Reply get(URI uri, Map<String, String> headers) throws IOException {
    return send(request(uri, headers).GET());
  }

  /** Posts a form. */
  public Reply post(URI uri, Map<String, String> form, Map<String, String> headers)
      throws IOException {
    String body =
        form.entrySet().stream()
            .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    return send(
        request(uri, headers)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  /** Posts a JSON document. */
  public Reply post(URI uri, JsonNode document, Map<String, String> headers) throws IOException {
    return send(
        request(uri, headers)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(document.toString())));
  }

  /** Changes something by a JSON document (RFC 5789). */
  public Reply patch(URI uri, JsonNode document, Map<String, String> headers) throws IOException {
    return send(
        request(uri, headers)
            .header("Content-Type", "application/json")
            .method("PATCH", HttpRequest.BodyPublishers.ofString(document.toString())));
  }

  /** The header by which an OAuth client with a secret names itself (RFC 6749 section 2.3.1). */
  public static Map<String, String> clientCredentials(String clientId, String secret) {
    String pair = encoded(clientId) + ":" + encoded(secret);
    String basic = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    return Map.of("Authorization", "Basic " + basic);
  }

  private static HttpRequest.Builder request(URI uri, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .header("Accept", "application/json")
            .header("User-Agent", "decisionlab");
    headers.forEach(request::header);
    return request;
  }

  private Reply send(HttpRequest.Builder builder) throws IOException {
    HttpRequest request = builder.build();
    String name = name(request.uri());
    var answer = http.sendAsync(request, info -> new BoundedBody(MAX_BYTES));
    try {
      HttpResponse<byte[]> reply = answer.get(whole.toMillis(), TimeUnit.MILLISECONDS);
      return new Reply(reply.statusCode(), json(reply.body()));
    } catch (TimeoutException e) {
      throw new IOException(
          name + " gave no answer in " + (whole.toMillis() + 999) / 1000 + " s", e);
    } catch (ExecutionException e) {
      throw new IOException(name + ": " + reason(e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + name + " was asked", e);
    } finally {
      answer.cancel(true);
    }
  }

  private static JsonNode json(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      return JSON.missingNode();
    }
  }

  private static String name(URI uri) {
    return uri.getScheme() + "://" + uri.getAuthority() + uri.getPath();
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
