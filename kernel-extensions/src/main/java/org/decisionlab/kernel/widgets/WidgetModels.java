// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The models that the front end knows: their attributes with default values, and their parts. */
final class WidgetModels {

  private static final String RESOURCE = "models.json";
  private static final JsonObject ALL = read();

  private WidgetModels() {}

  /** Version of the message protocol between models, {@code major.minor.patch}. */
  static String protocolVersion() {
    return ALL.get("protocol").getAsString();
  }

  /** A new copy of the default state of a model, without its parts. */
  static JsonObject state(String model) {
    return model(model).getAsJsonObject("state").deepCopy();
  }

  /**
   * Attributes that hold other models of the widget's own, such as its layout, with their names.
   */
  static Map<String, String> parts(String model) {
    Map<String, String> parts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> each : model(model).getAsJsonObject("parts").entrySet()) {
      parts.put(each.getKey(), each.getValue().getAsString());
    }
    return parts;
  }

  private static JsonObject model(String name) {
    JsonObject model = ALL.getAsJsonObject("models").getAsJsonObject(name);
    if (model == null) {
      throw new IllegalArgumentException("there is no widget model " + name);
    }
    return model;
  }

  private static JsonObject read() {
    try (InputStream bytes = WidgetModels.class.getResourceAsStream(RESOURCE)) {
      if (bytes == null) {
        throw new IllegalStateException("the resource " + RESOURCE + " is missing");
      }
      return JsonParser.parseReader(new InputStreamReader(bytes, UTF_8)).getAsJsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
