// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.files;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A part of a text in UTF-8. */
public final class TextPart {

  private TextPart() {}

  /** The text of bytes, without a last character that is cut; nothing where they are no text. */
  public static Optional<String> of(byte[] bytes) {
    try {
      ByteBuffer whole = ByteBuffer.wrap(bytes, 0, wholeCharacters(bytes));
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(whole).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static int wholeCharacters(byte[] bytes) {
    int end = bytes.length;
    for (int back = 1; back <= 3 && back <= end; back++) {
      int value = bytes[end - back] & 0xff;
      if (value >= 0xc0) {
        int needed = value >= 0xf0 ? 4 : value >= 0xe0 ? 3 : 2;
        return needed > back ? end - back : end;
      }
      if (value < 0x80) {
        return end;
      }
    }
    return end;
  }
}
