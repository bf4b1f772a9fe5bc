// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.proto;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.decisionlab.models.ModelFormatException;

/**
 * Reads one protobuf message field by field. Every length is checked against what is there before
 * memory is taken; a message inside is a window on the same bytes, so nothing is copied and nothing
 * recurses. Not thread safe.
 *
 * <pre>{@code
 * while (reader.next()) {
 *   switch (reader.field()) {
 *     case 1 -> name = reader.text();
 *     default -> {}
 *   }
 * }
 * }</pre>
 */
public final class WireReader {

  private static final int MAX_FIELD = (1 << 29) - 1;

  private final byte[] bytes;
  private final int end;
  private final String what;
  private int position;
  private int field;
  private int wireType;
  private long number;
  private int valueStart;

  /** Bits of the fields that may occur many times; all others once, if that is looked at. */
  private long repeated = -1;

  private long seen;
  private boolean choice;

  private WireReader(byte[] bytes, int start, int end, String what) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
    this.what = what;
  }

  /**
   * A reader of a whole message; the bytes must not be changed while it is used.
   *
   * @param bytes the message
   * @param what its name in error messages
   */
  public static WireReader of(byte[] bytes, String what) {
    return new WireReader(bytes, 0, bytes.length, what);
  }

  /**
   * Refuses from now on that any field occurs twice, other than these. Of a field that occurs twice
   * some readers take the last and others join both, so that what one has looked at is not what
   * another runs.
   *
   * @param many numbers of the repeated fields and maps of the message, each below 64
   */
  public WireReader once(int... many) {
    repeated = 0;
    for (int number : many) {
      repeated |= 1L << number;
    }
    return this;
  }

  /** Refuses from now on more than one field in all, as in a message that is one of several. */
  public WireReader oneOf() {
    choice = true;
    return once();
  }

  private void requireOnce() throws ModelFormatException {
    boolean many = field >= Long.SIZE ? repeated == -1 : (repeated >>> field & 1) == 1;
    long bit = choice || field >= Long.SIZE ? 1 : 1L << field;
    if (!many) {
      if ((seen & bit) != 0) {
        throw fault(
            choice
                ? "field " + field + " is there beside another; one of them was expected"
                : "field " + field + " is there twice; once was expected");
      }
      seen |= bit;
    }
  }

  /**
   * Moves to the next field; a value that was not asked for is passed over.
   *
   * @return whether there is one
   * @throws ModelFormatException when the bytes end inside a field or are no protobuf
   */
  public boolean next() throws ModelFormatException {
    if (position == end) {
      return false;
    }
    long tag = rawVarint();
    if (tag >>> 3 < 1 || tag >>> 3 > MAX_FIELD) {
      throw fault("field number " + (tag >>> 3) + " is not possible");
    }
    field = (int) (tag >>> 3);
    wireType = (int) (tag & 7);
    requireOnce();
    valueStart = position;
    switch (wireType) {
      case WireType.VARINT -> number = rawVarint();
      case WireType.FIXED64 -> pass(8);
      case WireType.FIXED32 -> pass(4);
      case WireType.BYTES -> {
        long length = rawVarint();
        valueStart = position;
        pass(length);
      }
      default -> throw fault("field " + field + " has the unsupported wire type " + wireType);
    }
    return true;
  }

  /** Number of the field that {@link #next} moved to. */
  public int field() {
    return field;
  }

  /** The field's integer, enum or bool. */
  public long varint() throws ModelFormatException {
    require(WireType.VARINT, "an integer");
    return number;
  }

  /** The field's integers: a packed field, or a single one. */
  public long[] varints() throws ModelFormatException {
    if (wireType == WireType.VARINT) {
      return new long[] {number};
    }
    require(WireType.BYTES, "integers");
    WireReader packed = new WireReader(bytes, valueStart, position, what);
    long[] values = new long[position - valueStart];
    int count = 0;
    while (packed.position < packed.end) {
      values[count++] = packed.rawVarint();
    }
    return Arrays.copyOf(values, count);
  }

  /** The field's bool. */
  public boolean bool() throws ModelFormatException {
    return varint() != 0;
  }

  /** The field's float. */
  public float fixed32() throws ModelFormatException {
    require(WireType.FIXED32, "a float");
    return buffer().getFloat();
  }

  /** The field's string. */
  public String text() throws ModelFormatException {
    require(WireType.BYTES, "a string");
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(buffer()).toString();
    } catch (CharacterCodingException e) {
      throw new ModelFormatException(place("field " + field + " is not UTF-8"), e);
    }
  }

  /** A copy of the field's bytes. */
  public byte[] bytes() throws ModelFormatException {
    require(WireType.BYTES, "bytes");
    return Arrays.copyOfRange(bytes, valueStart, position);
  }

  /** A copy of the first of the field's bytes, so many at most. */
  public byte[] start(int most) throws ModelFormatException {
    require(WireType.BYTES, "bytes");
    return Arrays.copyOfRange(bytes, valueStart, Math.min(position, valueStart + most));
  }

  /** The field's floats in little endian: a packed field, raw tensor content, or a single float. */
  public float[] floats() throws ModelFormatException {
    if (wireType == WireType.FIXED32) {
      return new float[] {fixed32()};
    }
    require(WireType.BYTES, "floats");
    int length = position - valueStart;
    if (length % Float.BYTES != 0) {
      throw fault("field " + field + " of " + length + " bytes does not hold whole floats");
    }
    float[] values = new float[length / Float.BYTES];
    buffer().asFloatBuffer().get(values);
    return values;
  }

  /** Whether the field holds bytes: a text, a message, or packed numbers. */
  public boolean isBytes() {
    return wireType == WireType.BYTES;
  }

  /**
   * A reader of the message in this field.
   *
   * @param name its name in error messages
   */
  public WireReader message(String name) throws ModelFormatException {
    require(WireType.BYTES, "a message");
    return new WireReader(bytes, valueStart, position, what + "." + name);
  }

  private ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes, valueStart, position - valueStart).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void require(int expected, String kind) throws ModelFormatException {
    if (wireType != expected) {
      throw fault("field " + field + " must be " + kind + ", found wire type " + wireType);
    }
  }

  private void pass(long length) throws ModelFormatException {
    if (length < 0 || length > end - position) {
      throw fault(
          "field "
              + field
              + " needs "
              + Long.toUnsignedString(length)
              + " bytes, "
              + (end - position)
              + " are left");
    }
    position += (int) length;
  }

  private long rawVarint() throws ModelFormatException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (position == end) {
        throw fault("the message ends inside a number");
      }
      byte next = bytes[position++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw fault("a number of more than ten bytes");
  }

  private ModelFormatException fault(String message) {
    return new ModelFormatException(place(message));
  }

  private String place(String message) {
    return what + ", byte " + position + ": " + message;
  }
}
