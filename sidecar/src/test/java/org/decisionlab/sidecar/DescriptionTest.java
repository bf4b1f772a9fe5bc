// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.decisionlab.sidecar.Client.Part;
import org.decisionlab.sidecar.Client.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The description says what the routes do: each operation is asked with its own example. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DescriptionTest {

  private static final Set<String> METHODS = Set.of("get", "post", "put", "delete");

  private LocalSidecar sidecar;
  private Client client;
  private JsonNode api;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    Path jobs =
        Files.writeString(
            directory.resolve("jobs.json"), "{\"jobs\":{\"f1\":{\"command\":[\"true\"]}}}");
    sidecar = LocalSidecar.start(directory.resolve("models"), s -> s.withTrainingJobs(jobs));
    client = sidecar.client();
    assertThat(client.form("POST", "/upload", Fixtures.f1Form("f1")).status()).isEqualTo(200);
    client.post("/params", "{\"name\":\"f1\"}");
    api = client.get("/openapi.json").json();
  }

  @AfterAll
  void stop() {
    sidecar.close();
  }

  @Test
  void everyOperationWithJsonWorksWithItsExample() {
    int asked = 0;
    for (Map.Entry<String, JsonNode> path : api.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        JsonNode operation = method.getValue();
        JsonNode takes = operation.path("requestBody").path("content");
        boolean gets = method.getKey().equals("get");
        if (!gets && !takes.has("application/json")) {
          continue;
        }
        String url = url(path.getKey(), operation);
        if (url.isEmpty()) {
          continue;
        }
        String body =
            gets ? "" : resolve(takes.path("application/json")).path("example").toString();
        Reply reply =
            client.send(method.getKey().toUpperCase(Locale.ROOT), url, Fixtures.utf8(body));
        String shown = method.getKey() + " " + url + " " + body + ": " + reply.text();
        assertThat(reply.status()).as(shown).isEqualTo(200);
        JsonNode gives = operation.path("responses").path("200").path("content");
        if (gives.has("application/json")) {
          assertThat(reply.contentType()).as(shown).isEqualTo("application/json");
          List<String> faults = new ArrayList<>();
          compare(gives.path("application/json").path("schema"), reply.json(), "$", faults);
          assertThat(faults).as(shown).isEmpty();
        } else if (gives.isEmpty()) {
          assertThat(reply.text()).as(shown).isEmpty();
        } else {
          String type = gives.fieldNames().next();
          assertThat(url.startsWith("/web/") || reply.contentType().startsWith(type))
              .as(shown)
              .isTrue();
        }
        asked++;
      }
    }
    assertThat(asked).isGreaterThan(40);
  }

  /** The address with parameters that exist; empty for what must have been started first. */
  private static String url(String path, JsonNode operation) {
    if (path.contains("{uuid}")) {
      return "";
    }
    String query = operation.path("operationId").asText().equals("data") ? "?model=f1/f1.pb" : "";
    return path.replace("{model}", "f1")
            .replace("{version}", "1")
            .replace("{file}", "app.js")
            .replace("{alias}", "candidate")
            .replace("{path}", "f1/f1.pb")
        + query;
  }

  @Test
  void whatIsNotDescribedIsNotThere() {
    for (Map.Entry<String, JsonNode> path : api.path("paths").properties()) {
      Set<String> missing = new TreeSet<>(METHODS);
      path.getValue().fieldNames().forEachRemaining(missing::remove);
      String url = path.getKey().replaceAll("\\{[a-z]+}", "x");
      for (String method : missing) {
        Reply reply = client.send(method.toUpperCase(Locale.ROOT), url, new byte[0]);
        // Another template may take the same path: /models/{model} takes /models/x.
        assertThat(reply.status()).as(method + " " + url).isIn(405, 404, 400);
        assertThat(reply.isError()).isTrue();
      }
    }
  }

  @Test
  void operationsHaveNamesOfTheirOwnAndAllSchemasAreUsed() {
    Set<String> ids = new HashSet<>();
    for (JsonNode path : api.path("paths")) {
      for (JsonNode operation : path) {
        assertThat(ids.add(operation.path("operationId").asText())).isTrue();
        assertThat(operation.path("summary").asText()).endsWith(".");
        assertThat(operation.path("tags").get(0).asText()).isNotEmpty();
      }
    }
    String text = api.toString();
    for (Map.Entry<String, JsonNode> schema : api.path("components").path("schemas").properties()) {
      assertThat(text).contains("\"#/components/schemas/" + schema.getKey() + "\"");
    }
  }

  @Test
  void formsAreDescribedAsTheyAreTaken() {
    JsonNode form = api.path("components").path("schemas").path("UploadForm").path("properties");
    Map<String, Part> parts = Fixtures.f1Form("f9");
    parts.keySet().forEach(part -> assertThat(form.has(part)).as(part).isTrue());
  }

  private JsonNode resolve(JsonNode payload) {
    JsonNode schema = payload.has("schema") ? payload.path("schema") : payload;
    String reference = schema.path("$ref").asText();
    return reference.isEmpty()
        ? schema
        : api.path("components")
            .path("schemas")
            .path(reference.substring(reference.lastIndexOf('/') + 1));
  }

  /** Members that are required or not described, and values of other types, with their places. */
  private void compare(JsonNode described, JsonNode value, String where, List<String> faults) {
    JsonNode schema = resolve(described);
    if (value.isNull()) {
      if (!schema.path("nullable").asBoolean()) {
        faults.add(where + " is null");
      }
      return;
    }
    boolean fits =
        switch (schema.path("type").asText()) {
          case "object" -> value.isObject();
          case "array" -> value.isArray();
          case "string" -> value.isTextual();
          case "number" -> value.isNumber();
          case "integer" -> value.isIntegralNumber();
          case "boolean" -> value.isBoolean();
          default -> true;
        };
    if (!fits) {
      faults.add(where + " is " + value.getNodeType() + ", described as " + schema.path("type"));
      return;
    }
    for (JsonNode name : schema.path("required")) {
      if (!value.has(name.asText())) {
        faults.add(where + " lacks " + name.asText());
      }
    }
    JsonNode properties = schema.path("properties");
    for (Map.Entry<String, JsonNode> member : value.properties()) {
      String place = where + "." + member.getKey();
      if (properties.has(member.getKey())) {
        compare(properties.path(member.getKey()), member.getValue(), place, faults);
      } else if (!properties.isMissingNode()) {
        faults.add(place + " is not described");
      }
    }
    for (int i = 0; i < value.size() && value.isArray(); i++) {
      compare(schema.path("items"), value.get(i), where + "[" + i + "]", faults);
    }
  }
}
