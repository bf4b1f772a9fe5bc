// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * Opens a file decompressed. Gzip (RFC 1952) and Zstandard (RFC 8878) are known by their first
 * bytes, not by name.
 */
final class Compression {

  private static final int BUFFER = 1 << 16;

  private Compression() {}

  static InputStream open(Path file) throws IOException {
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
}
