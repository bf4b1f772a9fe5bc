// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.channels;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.decisionlab.kernel.state.StateFolder;
import org.jspecify.annotations.Nullable;

/**
 * The file that takes what one cell prints beyond its limit. It is made when it is needed. Not
 * thread safe.
 */
public final class OverflowFile {

  private final Path folder;
  private final String name;
  private final AtomicLong leftBytes;
  private @Nullable OutputStream file;

  /**
   * @param folder where the file is made
   * @param name begin of its name
   * @param leftBytes what all such files of the kernel together may still take
   */
  public OverflowFile(Path folder, String name, AtomicLong leftBytes) {
    this.folder = folder;
    this.name = name;
    this.leftBytes = leftBytes;
  }

  /** Makes the file; returns what the user is told of it. */
  String open() {
    try {
      Path path = Files.createTempFile(StateFolder.create(folder), name + "-", ".txt");
      file = new BufferedOutputStream(Files.newOutputStream(path), 1 << 16);
      return "the rest goes to the file "
          + path
          + " (at most "
          + leftBytes.get()
          + " bytes; read it with Files.lines(Path.of(\""
          + path.toString().replace("\\", "\\\\")
          + "\")); a larger limit: -Ddecisionlab.output.limit=BYTES";
    } catch (IOException e) {
      return "the rest is lost, because no file could be made in " + folder + ": " + e.getMessage();
    }
  }

  /** Takes bytes, as long as there is room. */
  void write(byte[] bytes, int offset, int length) {
    OutputStream open = file;
    if (open == null || length == 0) {
      return;
    }
    long before = leftBytes.getAndAdd(-length);
    try {
      open.write(bytes, offset, (int) Math.max(0, Math.min(length, before)));
      if (before <= length) {
        open.write("\n[cut here]\n".getBytes(UTF_8));
        close();
      }
    } catch (IOException e) {
      close();
    }
  }

  /** Lets readers see what was taken. */
  void flush() {
    OutputStream open = file;
    if (open == null) {
      return;
    }
    try {
      open.flush();
    } catch (IOException e) {
      close();
    }
  }

  private void close() {
    OutputStream open = file;
    file = null;
    if (open == null) {
      return;
    }
    try {
      open.close();
    } catch (IOException e) {
      // A full disk: what has been written stays, the rest is lost as beyond the limit.
    }
  }
}
