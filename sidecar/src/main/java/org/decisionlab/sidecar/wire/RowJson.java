// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.CharConversionException;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.decisionlab.sidecar.fault.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows as JSON: {@code {"keys":["a","b"],"values":[1,2.5],"model":"NAME"}}. Thread safe.
 *
 * <p>Members may be written in any case and order; {@code keys} and {@code model} may be absent;
 * others are ignored. Numbers are read as float32 from their decimal form; {@code null} is "not a
 * number", by which a missing value is told.
 */
public final class RowJson {

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .build();

  /** The first byte of a mark of the encoding in front of the text. */
  private static final byte BYTE_ORDER_MARK = (byte) 0xEF;

  private final NamesSeen seen = new NamesSeen();

  /** A reader that has seen no row yet. */
  public RowJson() {}

  /**
   * Reads one row.
   *
   * @throws RefusedException when the bytes are not one
   */
  public Row parse(byte[] json) {
    try {
      Row row = read(json, true);
      return row == null ? Objects.requireNonNull(read(json, false)) : row;
    } catch (JsonProcessingException e) {
      throw RefusedException.malformed("the row is not JSON: " + where(e));
    } catch (CharConversionException e) {
      throw noText("the row", e);
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory could not be read", e);
    }
  }

  private static @Nullable BigDecimal[][] written(byte[] json) {
    for (Map.Entry<String, JsonNode> each : StrictJson.object(json, "the row").properties()) {
      if (each.getKey().equalsIgnoreCase("values")) {
        Written written = new Written();
        return written.at(new float[][] {RowsJson.column(each.getValue(), each.getKey(), written)});
      }
    }
    return Rounding.NONE.written();
  }

  private @Nullable Row read(byte[] json, boolean quickly) throws IOException {
    try (JsonParser parser = JSON.createParser(json)) {
      return new Reading(parser, json, quickly).row();
    }
  }

  /** What is wrong with a JSON text and where, in one line. */
  public static String where(JsonProcessingException fault) {
    var at = fault.getLocation();
    return fault.getOriginalMessage().replaceAll("\\[Source: REDACTED [^;]*; ", "[")
        + (at == null ? "" : " at line " + at.getLineNr() + " column " + at.getColumnNr());
  }

  /** The answer to bytes that are text in none of the encodings of JSON. */
  static RefusedException noText(String what, CharConversionException fault) {
    return RefusedException.malformed(
        what + " is not JSON: its bytes are no text: " + fault.getMessage());
  }

  /** One row being read. */
  private final class Reading {
    private final JsonParser parser;
    private final byte[] json;
    private final boolean quickly;
    private List<String> keys = List.of();
    private float @Nullable [] values;
    private @Nullable String model;
    private boolean hasKeys;
    private boolean hasModel;

    /**
     * To be read.
     *
     * @param quickly whether names that were not seen before may be passed over, after which there
     *     is no row
     */
    Reading(JsonParser parser, byte[] json, boolean quickly) {
      this.parser = parser;
      this.json = json;
      this.quickly = quickly;
    }

    @Nullable Row row() throws IOException {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw RefusedException.malformed(
            "the row must be a JSON object {\"keys\":[...],\"values\":[...],\"model\":\"NAME\"}");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String member = parser.currentName();
        parser.nextToken();
        if (member.equalsIgnoreCase("values")) {
          requireFirst(values != null, member);
          values = values();
        } else if (member.equalsIgnoreCase("keys")) {
          requireFirst(hasKeys, member);
          hasKeys = true;
          List<String> found = keys();
          if (found == null) {
            return null;
          }
          keys = found;
        } else if (member.equalsIgnoreCase("model")) {
          requireFirst(hasModel, member);
          hasModel = true;
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
      return new Row(
          keys, values, () -> written(json), model == null || model.isEmpty() ? null : model);
    }

    private static void requireFirst(boolean known, String member) {
      if (known) {
        throw RefusedException.malformed("the row has '" + member + "' twice");
      }
    }

    private float[] values() throws IOException {
      requireArray("values");
      float[] found = new float[16];
      int count = 0;
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        boolean missing = parser.currentToken() == JsonToken.VALUE_NULL;
        if (!missing && !parser.currentToken().isNumeric()) {
          throw RefusedException.malformed(
              "values[" + count + "] must be a number, found " + shown());
        }
        // Of an integer -0 only the text knows the sign.
        boolean decimal = parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT;
        float value =
            missing
                ? Float.NaN
                : decimal ? parser.getFloatValue() : Float.parseFloat(parser.getText());
        if (!missing && !Float.isFinite(value)) {
          throw RefusedException.malformed("values[" + count + "] is beyond float32: " + shown());
        }
        if (count == found.length) {
          found = Arrays.copyOf(found, 2 * count);
        }
        found[count++] = value;
      }
      return Arrays.copyOf(found, count);
    }

    /** The names; null when they were passed over and had not been seen before. */
    private @Nullable List<String> keys() throws IOException {
      if (parser.currentToken() == JsonToken.VALUE_NULL) {
        return List.of();
      }
      requireArray("keys");
      int from = startOfArray();
      if (quickly && from >= 0) {
        parser.skipChildren();
        return seen.find(json, from, here());
      }
      List<String> found = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
          throw RefusedException.malformed(
              "keys[" + found.size() + "] must be text, found " + shown());
        }
        found.add(parser.getText());
      }
      if (from >= 0) {
        seen.add(json, from, here(), found);
      }
      return found;
    }

    /** Where the array begins; negative for encodings in which the parser cannot tell. */
    private int startOfArray() {
      long at = parser.currentTokenLocation().getByteOffset();
      boolean told = json[0] != BYTE_ORDER_MARK && at >= 0 && at < json.length;
      return told && json[(int) at] == '[' ? (int) at : -1;
    }

    private int here() {
      return (int) parser.currentLocation().getByteOffset();
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
}
