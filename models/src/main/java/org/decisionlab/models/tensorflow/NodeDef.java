// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.proto.WireReader;
import org.jspecify.annotations.Nullable;

/**
 * A node of a TensorFlow graph as it is stored. Attributes stay unread until they are asked for.
 *
 * @param name name of the node
 * @param operation TensorFlow's name of its operation
 * @param inputs names of the nodes it reads, without control inputs, which cannot change a value
 * @param attributes stored attribute values by name
 */
record NodeDef(String name, String operation, List<String> inputs, Map<String, byte[]> attributes) {

  private static final int DT_FLOAT = 1;

  static NodeDef read(WireReader reader) throws ModelFormatException {
    String name = "";
    String operation = "";
    List<String> inputs = new ArrayList<>();
    Map<String, byte[]> attributes = new HashMap<>();
    reader.once(3, 5);
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> name = reader.text();
        case 2 -> operation = reader.text();
        case 3 -> inputs.add(reader.text());
        case 5 -> readAttribute(reader.message("attr"), attributes);
        default -> {}
      }
    }
    inputs.removeIf(input -> input.startsWith("^"));
    inputs.replaceAll(
        input -> input.endsWith(":0") ? input.substring(0, input.length() - 2) : input);
    return new NodeDef(name, operation, inputs, attributes);
  }

  private static void readAttribute(WireReader reader, Map<String, byte[]> attributes)
      throws ModelFormatException {
    String key = "";
    byte[] value = {};
    reader.once();
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> key = reader.text();
        case 2 -> value = reader.bytes();
        default -> {}
      }
    }
    if (attributes.put(key, value) != null) {
      throw new ModelFormatException("attribute " + key + " of a node is there twice");
    }
  }

  /** Refuses a node of which an attribute names another type than float32. */
  void requireFloat(String attribute) throws ModelFormatException {
    long type = type(attribute);
    if (type != DT_FLOAT) {
      throw fault("only float32 is supported, found TensorFlow type " + type);
    }
  }

  /** A bool attribute; false where it is absent. */
  boolean bool(String attribute) throws ModelFormatException {
    WireReader reader = attribute(attribute);
    boolean value = false;
    while (reader.next()) {
      if (reader.field() == 5) {
        value = reader.bool();
      }
    }
    return value;
  }

  /** A type attribute; float32 where it is absent. */
  long type(String attribute) throws ModelFormatException {
    return number(attribute, 6, DT_FLOAT);
  }

  /** An integer attribute; 0 where it is absent. */
  long integer(String attribute) throws ModelFormatException {
    return number(attribute, 3, 0);
  }

  private long number(String attribute, int field, long absent) throws ModelFormatException {
    WireReader reader = attribute(attribute);
    long value = absent;
    while (reader.next()) {
      if (reader.field() == field) {
        value = reader.varint();
      }
    }
    return value;
  }

  /** A text attribute, or the other text where it is absent. */
  String text(String attribute, String absent) throws ModelFormatException {
    WireReader reader = attribute(attribute);
    String value = absent;
    while (reader.next()) {
      if (reader.field() == 2) {
        value = reader.text();
      }
    }
    return value;
  }

  /** An attribute that is a list of integers; empty where it is absent. */
  List<Integer> integers(String attribute) throws ModelFormatException {
    WireReader reader = attribute(attribute);
    List<Integer> values = new ArrayList<>();
    while (reader.next()) {
      if (reader.field() == 1) {
        WireReader list = reader.message("list");
        while (list.next()) {
          if (list.field() == 3) {
            for (long value : list.varints()) {
              values.add(small(value));
            }
          }
        }
      }
    }
    return values;
  }

  /** A number that must fit 32 bits. */
  int small(long value) throws ModelFormatException {
    if (value != (int) value) {
      throw fault("the number " + value + " is too large");
    }
    return (int) value;
  }

  /** Refuses another number of inputs. */
  void requireInputs(int expected) throws ModelFormatException {
    if (inputs.size() != expected) {
      throw fault("needs " + expected + " inputs, found " + inputs.size());
    }
  }

  /** The message of an attribute in the given field of its value. */
  WireReader message(String attribute, int field) throws ModelFormatException {
    WireReader reader = attribute(attribute);
    @Nullable WireReader found = null;
    while (reader.next()) {
      if (reader.field() == field) {
        found = reader.message("value");
      }
    }
    if (found == null) {
      throw fault("attribute " + attribute + " is missing");
    }
    return found;
  }

  ModelFormatException fault(String message) {
    return new ModelFormatException("node " + name + " (" + operation + "): " + message);
  }

  private WireReader attribute(String attribute) {
    return WireReader.of(
            attributes.getOrDefault(attribute, new byte[0]), "node " + name + "." + attribute)
        .oneOf();
  }
}
