// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.bundle;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.decisionlab.models.ModelFormatException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar archive entry by entry: ustar, with the long names of GNU tar and of POSIX.1-2001.
 * Links, devices and everything else that is no file or directory are refused.
 */
final class TarReader {

  private static final int MAX_EXTENSION = 64 << 10;

  private final InputStream in;
  private TarHeader current = new TarHeader("", TarHeader.DIRECTORY, 0);
  private boolean contentRead = true;

  TarReader(InputStream in) {
    this.in = in;
  }

  /** The next file or directory, or null at the end of the archive. */
  @Nullable TarHeader next() throws IOException {
    if (!contentRead) {
      copyTo(OutputStream.nullOutputStream());
    }
    String longName = null;
    while (true) {
      byte[] block = block();
      if (isZero(block)) {
        return null;
      }
      TarHeader header = TarHeader.of(block);
      switch (header.type()) {
        case 'L' -> {
          byte[] bytes = extension(header);
          longName = TarHeader.text(bytes, 0, bytes.length);
        }
        case 'x' -> {
          String path = paxPath(extension(header));
          longName = path == null ? longName : path;
        }
        case 'g' -> extension(header);
        case TarHeader.FILE, TarHeader.DIRECTORY -> {
          current =
              longName == null ? header : new TarHeader(longName, header.type(), header.size());
          contentRead = false;
          return current;
        }
        default ->
            throw new ModelFormatException(
                "entry '"
                    + header.name()
                    + "' is of type '"
                    + header.type()
                    + "'; only files and directories are accepted, no links or devices");
      }
    }
  }

  /** Writes the content of the entry that {@link #next} returned. */
  void copyTo(OutputStream out) throws IOException {
    contentRead = true;
    byte[] buffer = new byte[8192];
    long left = current.size();
    while (left > 0) {
      int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (count < 0) {
        throw truncated();
      }
      out.write(buffer, 0, count);
      left -= count;
    }
    pad(current.size());
  }

  private byte[] extension(TarHeader header) throws IOException {
    if (header.size() > MAX_EXTENSION) {
      throw new ModelFormatException(
          "an extended header of " + header.size() + " bytes; at most " + MAX_EXTENSION);
    }
    byte[] bytes = in.readNBytes((int) header.size());
    if (bytes.length < header.size()) {
      throw truncated();
    }
    pad(header.size());
    return bytes;
  }

  /** The value of {@code path} in records of the form {@code LENGTH KEY=VALUE}, or null. */
  private static @Nullable String paxPath(byte[] records) throws ModelFormatException {
    String path = null;
    int at = 0;
    while (at < records.length) {
      int blank = at;
      while (blank < records.length && records[blank] != ' ') {
        blank++;
      }
      String digits = new String(records, at, blank - at, StandardCharsets.ISO_8859_1);
      int length = digits.matches("[1-9][0-9]{0,5}") ? Integer.parseInt(digits) : 0;
      int from = blank + 1;
      int end = at + length - 1;
      if (end < from || end >= records.length || records[end] != '\n') {
        throw new ModelFormatException("an extended header is damaged");
      }
      String record = TarHeader.text(records, from, end - from);
      if (record.startsWith("path=")) {
        path = record.substring("path=".length());
      } else if (record.startsWith("size=") || record.startsWith("GNU.sparse")) {
        throw new ModelFormatException("files of 8 GiB and more, and sparse files, are refused");
      }
      at = end + 1;
    }
    return path;
  }

  private byte[] block() throws IOException {
    byte[] block = in.readNBytes(TarHeader.BLOCK);
    if (block.length < TarHeader.BLOCK) {
      throw truncated();
    }
    return block;
  }

  private void pad(long size) throws IOException {
    int padding = (int) ((TarHeader.BLOCK - size % TarHeader.BLOCK) % TarHeader.BLOCK);
    try {
      in.skipNBytes(padding);
    } catch (EOFException e) {
      throw new ModelFormatException("the archive ends too early", e);
    }
  }

  private static boolean isZero(byte[] block) {
    for (byte each : block) {
      if (each != 0) {
        return false;
      }
    }
    return true;
  }

  private static ModelFormatException truncated() {
    return new ModelFormatException("the archive ends too early");
  }
}
