// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.trees;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.decisionlab.models.ModelFormatException;

/**
 * Reads Universal Binary JSON (draft 12), numbers in big endian. Nothing larger than what the bytes
 * hold is made.
 */
final class UniversalBinaryJson {

  private static final int MAX_DEPTH = 32;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final ByteBuffer bytes;

  private UniversalBinaryJson(byte[] file) {
    bytes = ByteBuffer.wrap(file);
  }

  /** The value that a file holds. */
  static JsonNode read(byte[] file) throws ModelFormatException {
    UniversalBinaryJson reader = new UniversalBinaryJson(file);
    try {
      return reader.value(reader.marker(), 0);
    } catch (BufferUnderflowException e) {
      throw new ModelFormatException("the UBJ file ends too early", e);
    }
  }

  private char marker() {
    char marker;
    do {
      marker = (char) bytes.get();
    } while (marker == 'N');
    return marker;
  }

  private JsonNode value(char marker, int depth) throws ModelFormatException {
    if (depth > MAX_DEPTH) {
      throw fault("values are nested more than " + MAX_DEPTH + " deep");
    }
    return switch (marker) {
      case 'Z' -> NODES.nullNode();
      case 'T' -> NODES.booleanNode(true);
      case 'F' -> NODES.booleanNode(false);
      case 'i' -> NODES.numberNode((int) bytes.get());
      case 'U' -> NODES.numberNode(bytes.get() & 0xff);
      case 'I' -> NODES.numberNode((int) bytes.getShort());
      case 'l' -> NODES.numberNode(bytes.getInt());
      case 'L' -> NODES.numberNode(bytes.getLong());
      case 'd' -> NODES.numberNode(bytes.getFloat());
      case 'D' -> NODES.numberNode(bytes.getDouble());
      case 'C' -> NODES.textNode(String.valueOf((char) (bytes.get() & 0xff)));
      case 'S', 'H' -> NODES.textNode(text());
      case '[' -> array(depth);
      case '{' -> object(depth);
      default -> throw fault("marker " + (int) marker + " is not known");
    };
  }

  private ArrayNode array(int depth) throws ModelFormatException {
    ArrayNode array = NODES.arrayNode();
    char type = typed();
    int count = counted(type);
    if (count < 0) {
      for (char marker = marker(); marker != ']'; marker = marker()) {
        array.add(value(marker, depth + 1));
      }
      return array;
    }
    requireBytes(count, type);
    for (int i = 0; i < count; i++) {
      array.add(value(type == 0 ? marker() : type, depth + 1));
    }
    return array;
  }

  private ObjectNode object(int depth) throws ModelFormatException {
    ObjectNode object = NODES.objectNode();
    char type = typed();
    int count = counted(type);
    requireBytes(count, (char) 0);
    for (int i = 0; count < 0 || i < count; i++) {
      if (count < 0 && bytes.get(bytes.position()) == '}') {
        bytes.get();
        break;
      }
      String name = text();
      object.set(name, value(type == 0 ? marker() : type, depth + 1));
    }
    return object;
  }

  /** The type that all values of a container have, 0 when none is told. */
  private char typed() {
    if (bytes.get(bytes.position()) != '$') {
      return 0;
    }
    bytes.get();
    return (char) bytes.get();
  }

  /** How many values a container has, -1 when it is not told. */
  private int counted(char type) throws ModelFormatException {
    if (bytes.get(bytes.position()) == '#') {
      bytes.get();
      return length();
    }
    if (type != 0) {
      throw fault("a container tells a type without a number");
    }
    return -1;
  }

  /** Every value has at least a byte, but for those whose type says all. */
  private void requireBytes(int count, char type) throws ModelFormatException {
    if (count > bytes.remaining() || type == 'Z' || type == 'T' || type == 'F' || type == 'N') {
      throw fault(count + " values are more than the file holds");
    }
  }

  private String text() throws ModelFormatException {
    int length = length();
    if (length > bytes.remaining()) {
      throw fault("a text of " + length + " bytes is longer than the file");
    }
    byte[] text = new byte[length];
    bytes.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  private int length() throws ModelFormatException {
    char marker = marker();
    long length =
        switch (marker) {
          case 'i' -> bytes.get();
          case 'U' -> bytes.get() & 0xff;
          case 'I' -> bytes.getShort();
          case 'l' -> bytes.getInt();
          case 'L' -> bytes.getLong();
          default -> -1;
        };
    if (length < 0 || length > Integer.MAX_VALUE) {
      throw fault("a length of " + length);
    }
    return (int) length;
  }

  private ModelFormatException fault(String message) {
    return new ModelFormatException("UBJ, byte " + bytes.position() + ": " + message);
  }
}
