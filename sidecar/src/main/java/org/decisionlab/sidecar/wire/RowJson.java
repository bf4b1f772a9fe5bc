// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.decisionlab.sidecar.fault.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a row as JSON: {@code {"keys":["a","b"],"values":[1,2.5],"model":"NAME"}}.
 *
 * <p>Members may be written in any case and order; {@code keys} and {@code model} may be absent;
 * others are ignored. Numbers are read as float32 from their decimal form.
 */
public final class RowJson {

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .build();

  private static final Set<String> MEMBERS = Set.of("keys", "values", "model");

  private final JsonParser parser;
  private List<String> keys = List.of();
  private float @Nullable [] values;
  private @Nullable String model;

  private RowJson(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * Reads one row.
   *
   * @throws RefusedException when the bytes are not one row
   */
  public static Row parse(byte[] json) {
    try (JsonParser parser = JSON.createParser(json)) {
      return new RowJson(parser).row();
    } catch (JsonProcessingException e) {
      throw RefusedException.malformed("the row is not JSON: " + where(e));
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory could not be read", e);
    }
  }

  /** What is wrong with a JSON text and where, in one line. */
  public static String where(JsonProcessingException fault) {
    var at = fault.getLocation();
    return fault.getOriginalMessage().replaceAll("\\[Source: REDACTED [^;]*; ", "[")
        + (at == null ? "" : " at line " + at.getLineNr() + " column " + at.getColumnNr());
  }

  private Row row() throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw RefusedException.malformed(
          "the row must be a JSON object {\"keys\":[...],\"values\":[...],\"model\":\"NAME\"}");
    }
    Set<String> seen = new HashSet<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String member = parser.currentName();
      String known = member.toLowerCase(Locale.ROOT);
      if (MEMBERS.contains(known) && !seen.add(known)) {
        throw RefusedException.malformed("the row has '" + member + "' twice");
      }
      parser.nextToken();
      if (member.equalsIgnoreCase("values")) {
        values = values();
      } else if (member.equalsIgnoreCase("keys")) {
        keys = keys();
      } else if (member.equalsIgnoreCase("model")) {
        model = text("model");
      } else {
        parser.skipChildren();
      }
    }
    if (parser.nextToken() != null) {
      throw RefusedException.malformed("text after the row's closing brace");
    }
    if (values == null) {
      throw RefusedException.malformed("the row has no 'values'");
    }
    return new Row(keys, values, model == null || model.isEmpty() ? null : model);
  }

  private float[] values() throws IOException {
    requireArray("values");
    float[] found = new float[16];
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (!parser.currentToken().isNumeric()) {
        throw RefusedException.malformed(
            "values[" + count + "] must be a number, found " + shown());
      }
      // Of an integer -0 only the text knows the sign.
      boolean decimal = parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT;
      float value = decimal ? parser.getFloatValue() : Float.parseFloat(parser.getText());
      if (!Float.isFinite(value)) {
        throw RefusedException.malformed("values[" + count + "] is beyond float32: " + shown());
      }
      if (count == found.length) {
        found = Arrays.copyOf(found, 2 * count);
      }
      found[count++] = value;
    }
    return Arrays.copyOf(found, count);
  }

  private List<String> keys() throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return List.of();
    }
    requireArray("keys");
    List<String> found = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.VALUE_STRING) {
        throw RefusedException.malformed(
            "keys[" + found.size() + "] must be text, found " + shown());
      }
      found.add(parser.getText());
    }
    return found;
  }

  private void requireArray(String member) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw RefusedException.malformed("'" + member + "' must be an array, found " + shown());
    }
  }

  private @Nullable String text(String member) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return null;
    }
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw RefusedException.malformed("'" + member + "' must be text, found " + shown());
    }
    return parser.getText();
  }

  private String shown() throws IOException {
    if (parser.currentToken().isStructStart()) {
      return parser.currentToken() == JsonToken.START_ARRAY ? "an array" : "an object";
    }
    String text = parser.getText();
    return text.length() > 40 ? text.substring(0, 40) + "..." : text;
  }
}
