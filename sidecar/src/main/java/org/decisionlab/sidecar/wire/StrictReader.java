// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import java.io.CharConversionException;
import java.io.IOException;
import org.decisionlab.sidecar.fault.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * Reads an object of JSON member by member, for questions that come all the time or are long: as
 * strict as {@link StrictJson}, without a tree.
 *
 * <pre>{@code
 * for (String name = reader.member(); name != null; name = reader.member()) {
 *   switch (name) {
 *     case "size" -> size = reader.number();
 *     default -> reader.skip();
 *   }
 * }
 * }</pre>
 */
public final class StrictReader {

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final JsonParser parser;

  /** Makes something of an object. */
  @FunctionalInterface
  public interface Reading<T> {
    /** Takes all members of the object. */
    T read(StrictReader object) throws IOException;
  }

  private StrictReader(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * Reads one object and nothing after it.
   *
   * @param what what it should be, for the message
   * @throws RefusedException when the bytes are not one
   */
  public static <T> T object(byte[] json, String what, Reading<T> reading) {
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw RefusedException.malformed(what + " must be a JSON object");
      }
      T found = reading.read(new StrictReader(parser));
      if (parser.nextToken() != null) {
        throw RefusedException.malformed(what + " is not JSON: text after its closing brace");
      }
      return found;
    } catch (JsonProcessingException e) {
      throw RefusedException.malformed(what + " is not JSON: " + RowJson.where(e));
    } catch (CharConversionException e) {
      throw RowJson.noText(what, e);
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory could not be read", e);
    }
  }

  /** The name of the next member, whose value is to be taken; null after the last one. */
  public @Nullable String member() throws IOException {
    if (parser.nextToken() != JsonToken.FIELD_NAME) {
      return null;
    }
    String name = parser.currentName();
    parser.nextToken();
    return name;
  }

  /** Whether the list that is being read has another entry, which is to be taken. */
  public boolean entry() throws IOException {
    return parser.nextToken() != JsonToken.END_ARRAY;
  }

  /** Passes a value over. */
  public void skip() throws IOException {
    parser.skipChildren();
  }

  /** Whether the value is text. */
  public boolean isText() {
    return parser.currentToken() == JsonToken.VALUE_STRING;
  }

  /** Whether the value is a whole number. */
  public boolean isWhole() {
    return parser.currentToken() == JsonToken.VALUE_NUMBER_INT;
  }

  /** Whether the value is an object, whose members come next. */
  public boolean isObject() {
    return parser.currentToken() == JsonToken.START_OBJECT;
  }

  /** The value is a list, whose entries come next. */
  public void requireList(String member) {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw RefusedException.malformed("'" + member + "' must be a list");
    }
  }

  /** Text that {@link #isText()}. */
  public String text() throws IOException {
    return parser.getText();
  }

  /** A member that is text, empty when it is null. */
  public String text(String member, int longest) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return "";
    }
    if (!isText()) {
      throw RefusedException.malformed("'" + member + "' must be text");
    }
    if (parser.getTextLength() > longest) {
      throw RefusedException.malformed(
          "'" + member + "' has " + parser.getTextLength() + " characters; at most " + longest);
    }
    return parser.getText();
  }

  /** A member that is a whole number from 0 on, null when it is null. */
  public @Nullable Long number(String member) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return null;
    }
    long number = isWhole() ? whole() : -1;
    if (number < 0) {
      throw RefusedException.malformed("'" + member + "' must be a whole number, 0 or more");
    }
    return number;
  }

  /** The number; negative when it is beyond what a long can hold. */
  private long whole() throws IOException {
    try {
      return parser.getLongValue();
    } catch (InputCoercionException e) {
      return -1;
    }
  }

  /** A member that is true or false. */
  public boolean flag(String member) throws IOException {
    if (!parser.currentToken().isBoolean()) {
      throw RefusedException.malformed("'" + member + "' must be true or false");
    }
    return parser.getBooleanValue();
  }
}
