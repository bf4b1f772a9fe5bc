// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.bundle;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.decisionlab.models.ModelFormatException;

/**
 * One header block of a tar archive (POSIX ustar).
 *
 * @param name path of the entry; a directory's ends in {@code /}
 * @param type type flag, such as {@code 0} for a file and {@code 5} for a directory
 * @param size bytes of content that follow
 */
record TarHeader(String name, char type, long size) {

  static final int BLOCK = 512;
  static final char FILE = '0';
  static final char DIRECTORY = '5';

  private static final int NAME_LENGTH = 100;
  private static final int CHECKSUM_AT = 148;
  private static final int CHECKSUM_LENGTH = 8;
  private static final int PREFIX_AT = 345;

  /** The block, with nothing in it that depends on the machine, the user or the time. */
  byte[] toBlock() {
    byte[] block = new byte[BLOCK];
    byte[] encoded = name.getBytes(StandardCharsets.UTF_8);
    if (encoded.length > NAME_LENGTH) {
      throw new IllegalArgumentException("name of more than " + NAME_LENGTH + " bytes: " + name);
    }
    System.arraycopy(encoded, 0, block, 0, encoded.length);
    put(block, 100, type == DIRECTORY ? "0000755\0" : "0000644\0");
    put(block, 108, "0000000\0");
    put(block, 116, "0000000\0");
    put(block, 124, "%011o\0".formatted(size));
    put(block, 136, "00000000000\0");
    block[156] = (byte) type;
    put(block, 257, "ustar\000" + "00");
    put(block, CHECKSUM_AT, "%06o\0 ".formatted(checksum(block)));
    return block;
  }

  static TarHeader of(byte[] block) throws ModelFormatException {
    if (number(block, CHECKSUM_AT, CHECKSUM_LENGTH, "checksum") != checksum(block)) {
      throw new ModelFormatException("not a tar archive, or damaged: a header's checksum is wrong");
    }
    String name = text(block, 0, NAME_LENGTH);
    if (new String(block, 257, 6, StandardCharsets.ISO_8859_1).equals("ustar\0")) {
      String prefix = text(block, PREFIX_AT, 155);
      name = prefix.isEmpty() ? name : prefix + "/" + name;
    }
    char type = block[156] == 0 ? FILE : (char) block[156];
    if (type == FILE && name.endsWith("/")) {
      type = DIRECTORY;
    }
    return new TarHeader(name, type, number(block, 124, 12, "size"));
  }

  /** UTF-8 text up to the first zero byte. */
  static String text(byte[] bytes, int from, int length) throws ModelFormatException {
    int end = from;
    while (end < from + length && bytes[end] != 0) {
      end++;
    }
    try {
      CharBuffer text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, end - from));
      return text.toString();
    } catch (CharacterCodingException e) {
      throw new ModelFormatException("a name in the archive is not UTF-8", e);
    }
  }

  private static long number(byte[] block, int from, int length, String field)
      throws ModelFormatException {
    String digits =
        new String(block, from, length, StandardCharsets.ISO_8859_1).replace('\0', ' ').strip();
    if (!digits.matches("[0-7]{1,11}")) {
      throw new ModelFormatException(
          "not a tar archive, or damaged: the " + field + " of a header is no octal number");
    }
    return Long.parseLong(digits, 8);
  }

  /** Sum of the block's bytes, those of the checksum counted as blanks. */
  private static int checksum(byte[] block) {
    int sum = 0;
    for (int i = 0; i < block.length; i++) {
      boolean own = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_LENGTH;
      sum += own ? ' ' : block[i] & 0xff;
    }
    return sum;
  }

  private static void put(byte[] block, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(bytes, 0, block, at, bytes.length);
  }
}
