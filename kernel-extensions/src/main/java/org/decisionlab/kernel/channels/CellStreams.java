// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.channels;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/**
 * Standard output and standard error of one cell, published in batches: after a short while, when
 * {@value #BATCH_BYTES} bytes have gathered, when the stream changes, and when something else is
 * about to be published. A batch never ends inside a UTF-8 character. Thread safe.
 */
public final class CellStreams {

  private static final int BATCH_BYTES = 32_768;

  private final BiConsumer<String, JsonObject> publisher;
  private final Executor later;
  private final long limitBytes;
  private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();
  private String stream = "stdout";
  private final OverflowFile overflow;
  private long writtenBytes;
  private boolean scheduled;

  /**
   * @param publisher publishes a message of a type
   * @param later runs a task after a short while, about 50 ms
   * @param limitBytes what one cell may print in all
   * @param overflow takes the rest, after a note
   */
  public CellStreams(
      BiConsumer<String, JsonObject> publisher,
      Executor later,
      long limitBytes,
      OverflowFile overflow) {
    this.publisher = publisher;
    this.later = later;
    this.limitBytes = limitBytes;
    this.overflow = overflow;
  }

  /** Standard output. */
  public PrintStream out() {
    return new PrintStream(new Writer("stdout"), false, UTF_8);
  }

  /** Standard error. */
  public PrintStream err() {
    return new PrintStream(new Writer("stderr"), false, UTF_8);
  }

  /** Publishes what has gathered. */
  public synchronized void flush() {
    publish(gathered.size());
    overflow.flush();
  }

  private synchronized void write(String to, byte[] bytes, int offset, int length) {
    if (writtenBytes >= limitBytes) {
      overflow.write(bytes, offset, length);
      flushSoon();
      return;
    }
    if (!to.equals(stream)) {
      publish(gathered.size());
      stream = to;
    }
    int kept = (int) Math.min(length, limitBytes - writtenBytes);
    writtenBytes += kept;
    gathered.write(bytes, offset, kept);
    if (writtenBytes >= limitBytes) {
      publish(gathered.size());
      stream = "stderr";
      String rest = overflow.open();
      gathered.writeBytes(
          ("\n[output of this cell cut after " + limitBytes + " bytes: " + rest + "]\n")
              .getBytes(UTF_8));
      publish(gathered.size());
      overflow.write(bytes, offset + kept, length - kept);
    } else if (gathered.size() >= BATCH_BYTES) {
      publish(completeCharacters());
    } else {
      flushSoon();
    }
  }

  private void flushSoon() {
    if (!scheduled) {
      scheduled = true;
      later.execute(this::flushLater);
    }
  }

  private synchronized void flushLater() {
    scheduled = false;
    publish(completeCharacters());
    overflow.flush();
  }

  /** Number of gathered bytes up to the end of the last complete UTF-8 character. */
  private int completeCharacters() {
    byte[] bytes = gathered.toByteArray();
    int start = bytes.length - 1;
    while (start >= 0 && start > bytes.length - 4 && (bytes[start] & 0xC0) == 0x80) {
      start--;
    }
    if (start < 0) {
      return bytes.length;
    }
    int lead = bytes[start] & 0xFF;
    int needed = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    return start + needed > bytes.length ? start : bytes.length;
  }

  private void publish(int length) {
    if (length == 0) {
      return;
    }
    byte[] bytes = gathered.toByteArray();
    gathered.reset();
    gathered.write(bytes, length, bytes.length - length);
    JsonObject content = new JsonObject();
    content.addProperty("name", stream);
    content.addProperty("text", new String(Arrays.copyOf(bytes, length), UTF_8));
    publisher.accept("stream", content);
  }

  /** One of the two streams. */
  private final class Writer extends OutputStream {

    private final String name;

    Writer(String name) {
      this.name = name;
    }

    @Override
    public void write(int b) {
      CellStreams.this.write(name, new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      CellStreams.this.write(name, bytes, offset, length);
    }

    /** Does nothing: batches end as described above, not at every line. */
    @Override
    public void flush() {}
  }
}
