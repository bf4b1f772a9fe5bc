// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * Opens a file decompressed. Gzip (RFC 1952) and Zstandard (RFC 8878) are known by their first
 * bytes, not by name. Every failure, also a later one, names the file.
 */
final class Compression {

  private static final int BUFFER = 1 << 16;

  private Compression() {}

  static InputStream open(Path file) throws IOException {
    try {
      return new Named(file, decompressed(file));
    } catch (NoSuchFileException e) {
      throw new IOException(file + ": no such file", e);
    } catch (IOException e) {
      throw named(file, e);
    }
  }

  private static InputStream decompressed(Path file) throws IOException {
    InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER);
    try {
      raw.mark(4);
      byte[] head = raw.readNBytes(4);
      raw.reset();
      if (head.length >= 2 && head[0] == (byte) 0x1f && head[1] == (byte) 0x8b) {
        return new GZIPInputStream(raw, BUFFER);
      }
      if (head.length == 4
          && head[0] == (byte) 0x28
          && head[1] == (byte) 0xb5
          && head[2] == (byte) 0x2f
          && head[3] == (byte) 0xfd) {
        return new ZstdInputStream(raw).setContinuous(false);
      }
      return raw;
    } catch (IOException | RuntimeException e) {
      raw.close();
      throw e;
    }
  }

  private static IOException named(Path file, IOException e) {
    return new IOException(file + ": cannot be read: " + e.getMessage(), e);
  }

  /** Says in every failure which file it was. */
  private static final class Named extends FilterInputStream {
    private final Path file;

    Named(Path file, InputStream in) {
      super(in);
      this.file = file;
    }

    @Override
    public int read() throws IOException {
      try {
        return in.read();
      } catch (IOException e) {
        throw named(file, e);
      }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        return in.read(bytes, offset, length);
      } catch (IOException e) {
        throw named(file, e);
      }
    }
  }
}
