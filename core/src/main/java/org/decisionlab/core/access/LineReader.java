// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Lines of a UTF-8 text with their numbers; a line that is too long or not UTF-8 is reported as
 * such. A byte order mark at the start is not part of the text.
 */
final class LineReader implements Closeable {

  /**
   * One line.
   *
   * @param number line number, from 1
   * @param text the line without its end; replacement characters where it is not UTF-8
   * @param fault why it cannot be used, null when it can
   */
  record Line(long number, String text, @Nullable String fault) {}

  private final InputStream in;
  private final int maxBytes;
  private final byte[] buffer = new byte[1 << 16];
  private final ByteArrayOutputStream line = new ByteArrayOutputStream(512);
  private int position;
  private int filled;
  private long number;

  LineReader(InputStream in, int maxBytes) {
    this.in = in;
    this.maxBytes = maxBytes;
  }

  /** The next line, or null at the end of the text. */
  @Nullable Line next() throws IOException {
    line.reset();
    long length = 0;
    boolean any = false;
    while (position < filled || fill()) {
      any = true;
      int end = position;
      while (end < filled && buffer[end] != '\n') {
        end++;
      }
      length += end - position;
      line.write(buffer, position, Math.max(0, Math.min(end - position, maxBytes - line.size())));
      boolean complete = end < filled;
      position = end + (complete ? 1 : 0);
      if (complete) {
        return finish(length);
      }
    }
    return any ? finish(length) : null;
  }

  private Line finish(long length) {
    number++;
    byte[] bytes = line.toByteArray();
    int end = bytes.length > 0 && bytes[bytes.length - 1] == '\r' ? bytes.length - 1 : bytes.length;
    if (length > maxBytes) {
      String start = new String(bytes, 0, Math.min(end, 800), StandardCharsets.UTF_8);
      return new Line(
          number, start, "line of " + length + " bytes, longer than the limit of " + maxBytes);
    }
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes, 0, end))
              .toString();
      return new Line(number, number == 1 ? withoutMark(text) : text, null);
    } catch (CharacterCodingException e) {
      return new Line(number, new String(bytes, 0, end, StandardCharsets.UTF_8), "not UTF-8 text");
    }
  }

  /** The text without a byte order mark at its start. */
  static String withoutMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private boolean fill() throws IOException {
    position = 0;
    filled = Math.max(0, in.read(buffer, 0, buffer.length));
    return filled > 0;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
