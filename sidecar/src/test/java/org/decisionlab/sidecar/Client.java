// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** A client that sends what curl sends. */
@SuppressWarnings("ArrayRecordComponent") // bytes of the wire, made for one assertion
final class Client {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String BOUNDARY = "------------------------d74496d66958873e";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** One part of a form; a field has no file name. */
  record Part(String fileName, byte[] content) {
    static Part field(String text) {
      return new Part("", text.getBytes(StandardCharsets.UTF_8));
    }

    static Part file(String name, byte[] content) {
      return new Part(name, content);
    }
  }

  /** What came back. */
  record Reply(int status, byte[] body, String contentType, Map<String, String> headers) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (IOException e) {
        throw new AssertionError("not JSON: " + text(), e);
      }
    }

    /** Whether it is an error as TFaaS's clients know them. */
    boolean isError() {
      return status >= 400 && !json().path("error").asText().isEmpty();
    }
  }

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(LIMIT).build();
  private final URI base;

  Client(URI base) {
    this.base = base;
  }

  URI base() {
    return base;
  }

  Reply get(String path) {
    return send("GET", path, new byte[0]);
  }

  Reply post(String path, String body, String... headers) {
    return send("POST", path, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  Reply post(String path, byte[] body, String... headers) {
    return send("POST", path, body, headers);
  }

  Reply form(String method, String path, Map<String, Part> parts, String... headers) {
    String[] all = new String[headers.length + 2];
    System.arraycopy(headers, 0, all, 0, headers.length);
    all[headers.length] = "Content-Type";
    all[headers.length + 1] = "multipart/form-data; boundary=" + BOUNDARY;
    return send(method, path, encode(parts), all);
  }

  Reply send(String method, String path, byte[] body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(LIMIT)
            .method(
                method,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
      Map<String, String> received = new java.util.TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      response.headers().map().forEach((name, values) -> received.put(name, values.get(0)));
      return new Reply(
          response.statusCode(),
          response.body(),
          received.getOrDefault("Content-Type", ""),
          received);
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + path + " was not answered", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private static byte[] encode(Map<String, Part> parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    parts.forEach(
        (name, part) -> {
          String head =
              "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + name + "\"";
          if (!part.fileName().isEmpty()) {
            head +=
                "; filename=\"" + part.fileName() + "\"\r\nContent-Type: application/octet-stream";
          }
          out.writeBytes((head + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
          out.writeBytes(part.content());
          out.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        });
    out.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
    return out.toByteArray();
  }
}
