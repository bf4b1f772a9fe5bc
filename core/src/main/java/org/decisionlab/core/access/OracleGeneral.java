// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * libCacheSim's oracleGeneral trace: little-endian records of 24 bytes without a header: unsigned
 * 32-bit time in seconds, unsigned 64-bit object, unsigned 32-bit size in bytes, signed 64-bit
 * index of the object's next request. The last field is not used: what comes later is no business
 * of a reader.
 */
final class OracleGeneral implements RecordReader {

  static final int RECORD_BYTES = 24;

  /** More requests than any trace has, and less than any eight characters of text read as. */
  private static final long LARGEST_INDEX = 1L << 40;

  private final String file;
  private final InputStream in;
  private long number;

  private OracleGeneral(String file, InputStream in) {
    this.file = file;
    this.in = in;
  }

  static RecordReader open(Path file, ReadLimits limits) throws IOException {
    return new OracleGeneral(file.toString(), Compression.open(file));
  }

  /** Whole records, with times that do not go back and next-request indices that make sense. */
  static boolean matches(String text, byte[] bytes) {
    int records = Math.min(bytes.length / RECORD_BYTES, 100);
    if (records < 1) {
      return false;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long before = 0;
    for (int i = 0; i < records; i++) {
      long time = Integer.toUnsignedLong(buffer.getInt(i * RECORD_BYTES));
      long next = buffer.getLong(i * RECORD_BYTES + 16);
      if (time < before || (next < 0 ? next < -2 : next <= i || next > LARGEST_INDEX)) {
        return false;
      }
      before = time;
    }
    return true;
  }

  @Override
  public @Nullable Row next() throws IOException {
    byte[] bytes = in.readNBytes(RECORD_BYTES);
    if (bytes.length == 0) {
      return null;
    }
    number++;
    if (bytes.length < RECORD_BYTES) {
      String reason = "record of " + bytes.length + " bytes, expected " + RECORD_BYTES;
      return new Row.Malformed(
          new MalformedRecord(file, number, reason, HexFormat.of().formatHex(bytes)));
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    Instant time = Instant.ofEpochSecond(Integer.toUnsignedLong(buffer.getInt(0)));
    String object = Long.toUnsignedString(buffer.getLong(4));
    return new Row.Parsed(AccessRecord.of(object, time, Integer.toUnsignedLong(buffer.getInt(12))));
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
