// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import org.decisionlab.sidecar.http.Endpoint.Payload;

/** The description of all operations as OpenAPI 3.0, made from the endpoints themselves. */
final class OpenApi {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String SCHEMAS = "openapi-schemas.json";

  private OpenApi() {}

  static ObjectNode of(List<Endpoint> endpoints) {
    ObjectNode root = JSON.createObjectNode().put("openapi", "3.0.3");
    root.putObject("info")
        .put("title", "Decision Lab sidecar")
        .put("description", "Serves published models and answers caches.")
        .put("version", "1");
    root.putArray("servers").addObject().put("url", "/");
    ObjectNode paths = root.putObject("paths");
    for (Endpoint endpoint : endpoints) {
      ObjectNode path = paths.withObjectProperty(endpoint.template());
      path.set(endpoint.method().name().toLowerCase(Locale.ROOT), operation(endpoint));
    }
    ObjectNode components = root.putObject("components");
    components.set("schemas", schemas());
    components
        .putObject("securitySchemes")
        .putObject("bearer")
        .put("type", "http")
        .put("scheme", "bearer");
    return root;
  }

  private static ObjectNode operation(Endpoint endpoint) {
    ObjectNode operation = JSON.createObjectNode();
    operation.put("operationId", endpoint.id()).put("summary", endpoint.summary());
    operation.putArray("tags").add(endpoint.door());
    for (String name : endpoint.parameters()) {
      ObjectNode parameter = operation.withArray("parameters").addObject();
      parameter.put("name", name).put("in", "path").put("required", true);
      parameter.putObject("schema").put("type", "string");
    }
    if (!endpoint.takes().isEmpty()) {
      ObjectNode body = operation.putObject("requestBody");
      body.put("required", !HttpMethod.PUT.equals(endpoint.method()));
      content(body, endpoint.takes());
    }
    ObjectNode responses = operation.putObject("responses");
    ObjectNode success = responses.putObject("200");
    success.put("description", endpoint.gives().isEmpty() ? "Done; no body." : "The answer.");
    if (!endpoint.gives().isEmpty()) {
      content(success, endpoint.gives());
    }
    ObjectNode fault = responses.putObject("default");
    fault.put("description", "A fault; the status is 400 or above.");
    content(fault, List.of(new Payload("application/json", "Error")));
    if (endpoint.right() != null) {
      operation.putArray("security").addObject().putArray("bearer");
      operation.put("x-right", endpoint.right().word());
    }
    return operation;
  }

  private static void content(ObjectNode of, List<Payload> payloads) {
    ObjectNode content = of.putObject("content");
    for (Payload payload : payloads) {
      content
          .putObject(payload.type())
          .putObject("schema")
          .put("$ref", "#/components/schemas/" + payload.schema());
    }
  }

  private static JsonNode schemas() {
    try (InputStream in = OpenApi.class.getResourceAsStream(SCHEMAS)) {
      if (in == null) {
        throw new IllegalStateException(SCHEMAS + " is missing in the program");
      }
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
