// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.WRITE;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.decisionlab.kernel.state.StateFolder;
import org.jspecify.annotations.Nullable;

/**
 * The history of one folder of notebooks: a file with one JSON object a line, shared by all kernels
 * of that folder. Every access holds the lock of a file beside it. A file that has grown to its
 * limit becomes the older one of two; what was in the older one is dropped. Thread safe.
 */
final class HistoryFile {

  /** Half of what one history may take. */
  static final long MOST_BYTES = 4L << 20;

  private final Path file;
  private final Path older;
  private final Path lock;
  private final long mostBytes;
  private final Gson gson = new Gson();

  /**
   * @param folder where histories are kept
   * @param notebooks the folder of the notebooks
   * @param mostBytes size from which a file counts as full
   */
  HistoryFile(Path folder, Path notebooks, long mostBytes) throws IOException {
    StateFolder.create(folder);
    String name = name(notebooks.toRealPath());
    this.file = folder.resolve(name + ".jsonl");
    this.older = folder.resolve(name + ".older.jsonl");
    this.lock = StateFolder.createFile(folder.resolve(name + ".lock"));
    this.mostBytes = mostBytes;
  }

  /** Begins a session; returns its number. */
  int begin() throws IOException {
    return locked(
        () -> {
          int last = readUnlocked().stream().mapToInt(HistoryEntry::session).max().orElse(0);
          write(new HistoryEntry(last + 1, 0, "", null));
          return last + 1;
        });
  }

  /** Adds a cell. */
  void add(HistoryEntry entry) throws IOException {
    locked(
        () -> {
          write(entry);
          return entry;
        });
  }

  /** All cells of all sessions, each session in its order. */
  List<HistoryEntry> read() throws IOException {
    List<HistoryEntry> entries = locked(this::readUnlocked);
    entries.removeIf(entry -> entry.line() == 0);
    return entries;
  }

  private void write(HistoryEntry entry) throws IOException {
    if (Files.exists(file) && Files.size(file) >= mostBytes) {
      Files.move(file, older, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
    StateFolder.createFile(file);
    try (FileChannel channel = FileChannel.open(file, WRITE, APPEND)) {
      ByteBuffer line = ByteBuffer.wrap((gson.toJson(entry) + "\n").getBytes(UTF_8));
      while (line.hasRemaining()) {
        channel.write(line);
      }
    }
  }

  private List<HistoryEntry> readUnlocked() throws IOException {
    List<HistoryEntry> entries = new ArrayList<>();
    for (Path each : List.of(older, file)) {
      if (!Files.exists(each)) {
        continue;
      }
      try (BufferedReader lines = Files.newBufferedReader(each)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          HistoryEntry entry = parse(line);
          if (entry != null) {
            entries.add(entry);
          }
        }
      }
    }
    return entries;
  }

  /** A line that a full disk or a power cut has spoilt is left out. */
  private @Nullable HistoryEntry parse(String line) {
    try {
      return gson.fromJson(line, HistoryEntry.class);
    } catch (JsonParseException e) {
      return null;
    }
  }

  private synchronized <T> T locked(Access<T> access) throws IOException {
    try (FileChannel channel = FileChannel.open(lock, WRITE);
        FileLock held = channel.lock()) {
      if (!held.isValid()) {
        throw new IOException(lock + " is not locked");
      }
      return access.run();
    }
  }

  private static String name(Path notebooks) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(notebooks.toString().getBytes(UTF_8));
      return HexFormat.of().formatHex(hash, 0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** What is done under the lock. */
  @FunctionalInterface
  private interface Access<T> {
    T run() throws IOException;
  }
}
