// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.xrootd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;

/**
 * Reads what a program says to its end, so that the program never waits, and keeps the last of it.
 */
final class StreamTail {

  private static final int MOST = 4000;

  private final InputStream from;
  private final Thread reader;
  private byte[] last = {};

  private StreamTail(InputStream from) {
    this.from = from;
    this.reader = new Thread(this::drain, "words of xrootd");
    reader.setDaemon(true);
  }

  /** Begins to read. */
  static StreamTail of(InputStream from) {
    StreamTail tail = new StreamTail(from);
    tail.reader.start();
    return tail;
  }

  /**
   * The last of what was said, 4000 bytes at most.
   *
   * @param limit how long the end is waited for
   */
  String text(Duration limit) throws InterruptedException {
    reader.join(limit.toMillis());
    synchronized (this) {
      return new String(last, UTF_8);
    }
  }

  private void drain() {
    byte[] piece = new byte[8 << 10];
    try {
      for (int read = from.read(piece); read >= 0; read = from.read(piece)) {
        keep(piece, read);
      }
    } catch (IOException e) {
      System.getLogger(StreamTail.class.getName())
          .log(System.Logger.Level.DEBUG, "a program was ended while it spoke", e);
    }
  }

  private synchronized void keep(byte[] piece, int length) {
    byte[] all = Arrays.copyOf(last, last.length + length);
    System.arraycopy(piece, 0, all, last.length, length);
    last = Arrays.copyOfRange(all, Math.max(0, all.length - MOST), all.length);
  }
}
