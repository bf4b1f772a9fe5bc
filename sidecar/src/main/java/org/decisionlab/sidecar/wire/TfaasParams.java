// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.decisionlab.sidecar.fault.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * TFaaS's {@code params.json}, in the older ({@code inputNode}) and the newer ({@code input_node})
 * spelling. Texts that are absent are empty.
 */
public final class TfaasParams {

  /** File name of the graph of a SavedModel. */
  public static final String SAVED_MODEL = "saved_model.pb";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Keys of the newest dialect in the order in which TFaaS lists them. */
  private static final List<String> ORDER =
      List.of(
          "name",
          "model",
          "labels",
          "op",
          "input_name",
          "output_name",
          "img_channels",
          "options",
          "input_node",
          "output_node",
          "description",
          "timestamp");

  private final byte[] bytes;
  private final Map<String, JsonNode> members;

  private TfaasParams(byte[] bytes, Map<String, JsonNode> members) {
    this.bytes = bytes;
    this.members = members;
  }

  /**
   * Reads parameters.
   *
   * @throws RefusedException when they are not a JSON object, a member has the wrong type, or both
   *     spellings of a key are present and differ
   */
  public static TfaasParams parse(byte[] json) {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw RefusedException.malformed("params.json is not JSON: " + RowJson.where(e));
    } catch (CharConversionException e) {
      throw RowJson.noText("params.json", e);
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory could not be read", e);
    }
    if (root == null || !root.isObject()) {
      throw RefusedException.malformed("params.json must be a JSON object");
    }
    Map<String, JsonNode> members = new HashMap<>();
    for (Map.Entry<String, JsonNode> member : root.properties()) {
      String key = canonical(member.getKey());
      JsonNode before = members.put(key, member.getValue());
      if (before != null && !before.equals(member.getValue())) {
        throw RefusedException.malformed(
            "params.json has '" + member.getKey() + "' twice with different values");
      }
    }
    TfaasParams params = new TfaasParams(json.clone(), members);
    params.check();
    return params;
  }

  /** Parameters of a bundle that has none. */
  public static TfaasParams of(String name, String model) {
    ObjectNode root = JSON.createObjectNode().put("name", name).put("model", model);
    return parse((root + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** The bytes as they were uploaded. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Name of the model; empty when absent. */
  public String name() {
    return text("name");
  }

  /** File name of the graph; empty when absent. */
  public String model() {
    return text("model");
  }

  /** File name of the labels, one a line; empty when absent. */
  public String labels() {
    return text("labels");
  }

  /** What it says of itself; empty when absent. */
  public String description() {
    return text("description");
  }

  /** Operation of a frozen graph that takes the row, or null. */
  public @Nullable String inputNode() {
    return textOrNull("input_node");
  }

  /** Operation of a frozen graph that gives the answer, or null. */
  public @Nullable String outputNode() {
    return textOrNull("output_node");
  }

  /** Operation of a SavedModel that takes the row, or null. */
  public @Nullable String inputName() {
    return textOrNull("input_name");
  }

  /** Operation of a SavedModel that gives the answer, or null. */
  public @Nullable String outputName() {
    return textOrNull("output_name");
  }

  /** Channels of the pictures that it takes; 0 when absent. */
  public int imageChannels() {
    return member("img_channels").asInt();
  }

  /**
   * Adds every key of the newest dialect in TFaaS's order, absent ones as {@code ""}, 0 or null.
   *
   * @param entry what to add to
   * @param timestampWhenAbsent time to show where the parameters tell none
   */
  public void list(ObjectNode entry, String timestampWhenAbsent) {
    for (String key : ORDER) {
      switch (key) {
        case "img_channels" -> entry.put(key, member(key).asInt());
        case "options" -> entry.set(key, member(key).isArray() ? member(key) : JSON.nullNode());
        case "timestamp" -> entry.put(key, text(key).isEmpty() ? timestampWhenAbsent : text(key));
        default -> entry.put(key, text(key));
      }
    }
  }

  private void check() {
    for (String key : ORDER) {
      JsonNode value = member(key);
      boolean fits =
          switch (key) {
            case "img_channels" -> value.canConvertToInt();
            case "options" -> value.isArray();
            default -> value.isTextual();
          };
      if (!fits && !value.isMissingNode() && !value.isNull()) {
        throw RefusedException.malformed(
            "params.json: '" + key + "' has the wrong type: " + shown(value));
      }
    }
  }

  private static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() > 60 ? text.substring(0, 60) + "..." : text;
  }

  private String text(String key) {
    return member(key).asText("");
  }

  private @Nullable String textOrNull(String key) {
    return text(key).isEmpty() ? null : text(key);
  }

  private JsonNode member(String key) {
    JsonNode value = members.get(canonical(key));
    return value == null || value.isNull() ? JSON.missingNode() : value;
  }

  private static String canonical(String key) {
    return key.replace("_", "").toLowerCase(Locale.ROOT);
  }
}
