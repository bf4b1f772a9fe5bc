// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What tests share that ask every operation of the description wrongly. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AskedWrongly {

  static final long SEED = 20261121;
  static final String JSON = "application/json";
  private static final String JOBS = "{\"jobs\":{\"f1\":{\"command\":[\"true\"]}}}";

  /** One operation of the description. */
  record Operation(String method, String path, JsonNode example, JsonNode takes) {

    String url(String model) {
      return path.replace("{model}", model)
          .replace("{version}", "1")
          .replace("{file}", "app.js")
          .replace("{alias}", "candidate")
          .replace("{uuid}", "0".repeat(32))
          .replace("{path}", model + "/f1.pb");
    }

    boolean deletes() {
      return method.equals("DELETE");
    }
  }

  final Random random = new Random(SEED);
  final List<Operation> operations = new ArrayList<>();
  private SidecarProcess sidecar;
  Client client;
  int asked;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    Path jobs = Files.writeString(directory.resolve("jobs.json"), JOBS);
    sidecar = SidecarProcess.start(directory.resolve("models"), "--training-jobs", jobs.toString());
    client = sidecar.client();
    assertThat(client.form("POST", "/upload", Fixtures.f1Form("f1")).status()).isEqualTo(200);
    JsonNode api = client.get("/openapi.json").json();
    for (Map.Entry<String, JsonNode> path : api.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        JsonNode takes = method.getValue().path("requestBody").path("content");
        String schema = takes.path(JSON).path("schema").path("$ref").asText();
        JsonNode example =
            api.path("components")
                .path("schemas")
                .path(schema.substring(schema.lastIndexOf('/') + 1))
                .path("example");
        String verb = method.getKey().toUpperCase(Locale.ROOT);
        operations.add(new Operation(verb, path.getKey(), example, takes));
      }
    }
    assertThat(operations).hasSizeGreaterThan(60);
  }

  @AfterAll
  void stop() {
    sidecar.close();
  }

  /** Whatever was asked, nothing is left of it, and nobody else notices. */
  @AfterEach
  void othersAreAnswered() throws Exception {
    assertThat(asked).isPositive();
    assertThat(client.post("/json", "{\"values\":[1,2,3],\"model\":\"f1\"}").text())
        .isEqualTo("[0.09003057,0.24472848,0.66524094]\n");
    Await.until(
        "no request is under way",
        () -> client.get("/metrics").text().contains("sidecar_requests_under_way 0.0"));
    assertThat(sidecar.log().lines().filter(line -> line.matches("\\S+ (WARNING|SEVERE) .*")))
        .as("defects in the log, seed %d", SEED)
        .isEmpty();
  }

  WireAnswer answered(String method, String url, String type, byte[] body) throws Exception {
    WireAnswer answer = ask(method, url, type, body);
    String shown = method + " " + url + " " + type + " " + shown(body) + " -> " + answer;
    // Two trainings may run at a time.
    boolean busy = answer.status() == 503 && url.endsWith("/train");
    assertThat(busy ? 200 : answer.status()).as(shown).isBetween(200, 499);
    if (answer.status() >= 400) {
      assertThat(answer.isError()).as(shown).isTrue();
    }
    return answer;
  }

  WireAnswer ask(String method, String url, String type, String body) throws Exception {
    return ask(method, url, type, utf8(body));
  }

  WireAnswer ask(String method, String url, String type, byte[] body) throws Exception {
    return send(request(method, url, type, body));
  }

  WireAnswer send(byte[] request) throws Exception {
    asked++;
    try {
      return WireAnswer.to(client.base(), request);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("no answer to " + shown(request), e);
    }
  }

  static byte[] request(String method, String url, String type, byte[] body) {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    String head =
        method
            + " "
            + url
            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: "
            + type
            + "\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    request.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
    request.writeBytes(body);
    return request.toByteArray();
  }

  static byte[] utf8(String text) {
    return Fixtures.utf8(text);
  }

  static String shown(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    return text.length() > 200 ? text.substring(0, 200) + "..." : text;
  }
}
