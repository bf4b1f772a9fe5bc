// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.proto;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Writes one protobuf message field by field, in the order of the calls, so equal calls make equal
 * bytes. Not thread safe.
 */
public final class WireWriter {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** An integer, enum or bool; a negative number takes ten bytes, as protobuf wants it. */
  public WireWriter varint(int field, long value) {
    tag(field, WireType.VARINT);
    rawVarint(value);
    return this;
  }

  /** A bool. */
  public WireWriter bool(int field, boolean value) {
    return varint(field, value ? 1 : 0);
  }

  /** A float. */
  public WireWriter fixed32(int field, float value) {
    tag(field, WireType.FIXED32);
    bytes.writeBytes(littleEndian(value));
    return this;
  }

  /** A string, as UTF-8. */
  public WireWriter text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Bytes as they are. */
  public WireWriter bytes(int field, byte[] value) {
    tag(field, WireType.BYTES);
    rawVarint(value.length);
    bytes.writeBytes(value);
    return this;
  }

  /** Floats one after the other in little endian: a packed field, or raw tensor content. */
  public WireWriter floats(int field, float... values) {
    return bytes(field, littleEndian(values));
  }

  /** A message inside this one. */
  public WireWriter message(int field, Consumer<WireWriter> content) {
    WireWriter inner = new WireWriter();
    content.accept(inner);
    return bytes(field, inner.toByteArray());
  }

  /** An entry of a map with string keys and message values. */
  public WireWriter entry(int field, String key, Consumer<WireWriter> value) {
    return message(field, entry -> entry.text(1, key).message(2, value));
  }

  /** What was written so far. */
  public byte[] toByteArray() {
    return bytes.toByteArray();
  }

  private void tag(int field, int wireType) {
    rawVarint(((long) field << 3) | wireType);
  }

  private void rawVarint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }

  private static byte[] littleEndian(float... values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }
}
