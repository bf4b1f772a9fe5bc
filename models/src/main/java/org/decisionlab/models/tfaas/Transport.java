// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tfaas;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.decisionlab.core.http.BoundedBody;

/** Sends requests to one server; every failure becomes a {@link TfaasException}. */
final class Transport {

  private static final int MAX_ANSWER = 16 << 20;
  private static final int MAX_ERROR = 500;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final TfaasSettings settings;
  private final HttpClient http;
  private final String base;

  Transport(TfaasSettings settings) {
    this.settings = settings;
    this.base = settings.base().toString().replaceAll("/+$", "");
    this.http =
        HttpClient.newBuilder()
            .connectTimeout(settings.connectTimeout())
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
  }

  byte[] get(String path) throws TfaasException, InterruptedException {
    return send("GET", path, Map.of(), BodyPublishers.noBody());
  }

  byte[] postJson(String path, JsonNode body) throws TfaasException, InterruptedException {
    return send(
        "POST",
        path,
        Map.of("Content-Type", "application/json"),
        BodyPublishers.ofString(body.toString()));
  }

  byte[] send(String method, String path, Map<String, String> headers, BodyPublisher body)
      throws TfaasException, InterruptedException {
    String asked = method + " " + base + path;
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(settings.requestTimeout())
            .header("User-Agent", "decisionlab")
            .method(method, body);
    headers.forEach(request::header);
    token(asked).ifPresent(token -> request.header("Authorization", "Bearer " + token));
    HttpResponse<byte[]> answer = await(asked, request.build());
    if (answer.statusCode() != 200) {
      throw new TfaasException(asked, answer.statusCode(), errorText(answer.body()));
    }
    return answer.body();
  }

  private Optional<String> token(String asked) throws TfaasException {
    Optional<String> token = settings.token().get();
    if (token.isPresent() && !settings.mayCarryToken()) {
      throw new TfaasException(
          asked, 0, "a token is sent over https or to a loopback address only; use https");
    }
    if (token.isPresent() && !token.get().matches("[\\x21-\\x7e]+")) {
      throw new TfaasException(asked, 0, "the token is empty or has characters that none can have");
    }
    return token;
  }

  private HttpResponse<byte[]> await(String asked, HttpRequest request)
      throws TfaasException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(request, info -> new BoundedBody(MAX_ANSWER));
    try {
      return answer.get(settings.requestTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new TfaasException(asked, reason(cause), cause);
    } catch (TimeoutException e) {
      throw new TfaasException(asked, "no whole answer within " + settings.requestTimeout(), e);
    } finally {
      answer.cancel(true);
    }
  }

  private static String reason(Throwable cause) {
    if (cause instanceof ConnectException) {
      return "no answer: nothing listens there; is the server running, and is this its address?";
    }
    String message = cause.getMessage();
    return "no answer: "
        + cause.getClass().getSimpleName()
        + (message == null ? "" : ": " + message);
  }

  /** The text of {@code {"error": ...}}, else the beginning of the answer. */
  private static String errorText(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8).strip();
    try {
      JsonNode error = JSON.readTree(text).path("error");
      text = error.isTextual() ? error.asText() : text;
    } catch (JsonProcessingException e) {
      // An answer that is no JSON, such as a proxy's page, is shown as it is.
    }
    if (text.isEmpty()) {
      return "no reason given";
    }
    return text.length() > MAX_ERROR ? text.substring(0, MAX_ERROR) + "..." : text;
  }

  static JsonNode parse(String asked, byte[] body) throws TfaasException {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new TfaasException(asked, "the answer is not JSON", e);
    }
  }

  @Override
  public String toString() {
    return base;
  }
}
