// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.CharConversionException;
import java.io.IOException;
import org.decisionlab.sidecar.fault.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON bodies: one object, no member twice, nothing after it, numbers as they are written.
 */
public final class StrictJson {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private StrictJson() {}

  /**
   * Reads an object.
   *
   * @param what what it should be, for the message
   * @throws RefusedException when the bytes are not one
   */
  public static JsonNode object(byte[] json, String what) {
    try {
      JsonNode root = JSON.readTree(json);
      if (root == null || !root.isObject()) {
        throw RefusedException.malformed(what + " must be a JSON object");
      }
      return root;
    } catch (JsonProcessingException e) {
      throw RefusedException.malformed(what + " is not JSON: " + RowJson.where(e));
    } catch (CharConversionException e) {
      throw RowJson.noText(what, e);
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory could not be read", e);
    }
  }

  /** Text of a query as the number, truth or text that it looks like. */
  public static JsonNode scalar(String text) {
    try {
      JsonNode value = JSON.readTree(text);
      return value.isNumber() || value.isBoolean() ? value : JSON.getNodeFactory().textNode(text);
    } catch (JsonProcessingException e) {
      return JSON.getNodeFactory().textNode(text);
    }
  }

  /** A member that is text, empty when it is absent or null. */
  public static String text(JsonNode root, String member, int longest) {
    JsonNode value = root.path(member);
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    if (!value.isTextual()) {
      throw RefusedException.malformed("'" + member + "' must be text");
    }
    String text = value.asText();
    if (text.length() > longest) {
      throw RefusedException.malformed(
          "'" + member + "' has " + text.length() + " characters; at most " + longest);
    }
    return text;
  }

  /** A member that is a whole number from 0 on, null when it is absent or null. */
  public static @Nullable Long number(JsonNode root, String member) {
    JsonNode value = root.path(member);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 0) {
      throw RefusedException.malformed("'" + member + "' must be a whole number, 0 or more");
    }
    return value.asLong();
  }

  /** A member that is true or false, or what it is when absent. */
  public static boolean flag(JsonNode root, String member, boolean absent) {
    JsonNode value = root.path(member);
    if (value.isMissingNode()) {
      return absent;
    }
    if (!value.isBoolean()) {
      throw RefusedException.malformed("'" + member + "' must be true or false");
    }
    return value.asBoolean();
  }

  /** A member that is a list with so many entries at most. */
  public static JsonNode list(JsonNode root, String member, int longest) {
    JsonNode value = root.path(member);
    if (!value.isArray()) {
      throw RefusedException.malformed("'" + member + "' must be a list");
    }
    if (value.size() > longest) {
      throw RefusedException.malformed(
          "'" + member + "' has " + value.size() + " entries; at most " + longest);
    }
    return value;
  }

  /** A number as float32. */
  static float float32(JsonNode value, String where) {
    if (!value.isNumber()) {
      throw RefusedException.malformed(where + " must be a number, found " + shown(value));
    }
    float number =
        value.isIntegralNumber()
            ? value.bigIntegerValue().floatValue()
            : value.decimalValue().floatValue();
    if (!Float.isFinite(number)) {
      throw RefusedException.malformed(where + " is beyond float32: " + shown(value));
    }
    return number;
  }

  /** A number as float32; "not a number" for null, which tells that the value is missing. */
  static float float32OrMissing(JsonNode value, String where) {
    return value.isNull() ? Float.NaN : float32(value, where);
  }

  static String shown(JsonNode value) {
    if (value.isContainerNode()) {
      return value.isArray() ? "a list" : "an object";
    }
    String text = value.toString();
    return text.length() > 40 ? text.substring(0, 40) + "..." : text;
  }
}
