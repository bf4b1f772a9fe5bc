// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.telemetry;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.decisionlab.core.file.DurableFiles;
import org.jspecify.annotations.Nullable;

/**
 * Lines written to numbered files of a directory, {@code NAME-000001.jsonl} and so on, by a thread
 * of its own. Neither memory nor disk is used without bound: when the queue is full a line is
 * dropped and counted, and when the files together are too large the oldest is deleted. Thread
 * safe.
 */
public final class RollingFile implements Closeable {

  private static final System.Logger LOG = System.getLogger(RollingFile.class.getName());
  private static final int QUEUE = 65_536;
  private static final int TAKEN_AT_ONCE = 1_024;
  private static final long CLOSING_MILLIS = 10_000;
  private static final int PARTS = 8;

  /** Waits behind the last line when the log is closed; no line has a line break. */
  private static final String END = "\n";

  private final Path directory;
  private final String name;
  private final long maxBytes;
  private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(QUEUE);
  private final LongAdder dropped = new LongAdder();
  private final Thread writer;
  private volatile boolean closing;
  private boolean ended;
  private boolean failing;
  private long number;
  private long written;

  /**
   * Continues the files of a directory, made when it does not exist.
   *
   * @param name beginning of the files' names
   * @param maxBytes most bytes of all files together
   */
  public RollingFile(Path directory, String name, long maxBytes) throws IOException {
    this.directory = directory;
    this.name = name;
    this.maxBytes = maxBytes;
    DurableFiles.createDirectories(directory);
    List<Path> known = files(directory, name);
    this.number = known.isEmpty() ? 1 : numberOf(known.get(known.size() - 1)) + 1;
    this.writer = new Thread(this::run, "log-" + name);
    writer.setDaemon(true);
    writer.start();
  }

  /** The files of a name, oldest first. */
  public static List<Path> files(Path directory, String name) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(
              file ->
                  String.valueOf(file.getFileName())
                      .matches(Pattern.quote(name) + "-[0-9]{6,12}\\.jsonl"))
          .sorted(Comparator.comparingLong(RollingFile::numberOf))
          .toList();
    }
  }

  /** Writes a line soon; it is dropped and counted when too many wait. */
  public void add(String line) {
    if (closing || !lines.offer(line)) {
      dropped.increment();
    }
  }

  /** Lines that were dropped. */
  public long dropped() {
    return dropped.sum();
  }

  /** Writes what waits, and ends. */
  @Override
  public void close() {
    closing = true;
    try {
      if (lines.offer(END, CLOSING_MILLIS, TimeUnit.MILLISECONDS)) {
        writer.join(CLOSING_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (true) {
      try {
        if (!writeOneFile()) {
          return;
        }
        failing = false;
        number++;
      } catch (IOException e) {
        if (!failing) {
          LOG.log(Level.ERROR, "log " + name + " cannot be written to " + directory, e);
          failing = true;
        }
        List<String> lost = new ArrayList<>();
        lines.drainTo(lost);
        lost.remove(END);
        dropped.add(lost.size());
        number++;
        if (closing) {
          return;
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Writes until the file is full, which is true, or the log is closed. */
  private boolean writeOneFile() throws IOException, InterruptedException {
    String first = next();
    if (first == null) {
      return false;
    }
    deleteOldest();
    written = 0;
    Path file = directory.resolve("%s-%06d.jsonl".formatted(name, number));
    try (OutputStream out =
        Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      List<String> batch = new ArrayList<>(List.of(first));
      while (true) {
        lines.drainTo(batch, TAKEN_AT_ONCE);
        ended |= batch.remove(END);
        StringBuilder text = new StringBuilder();
        batch.forEach(line -> text.append(line).append('\n'));
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        out.write(bytes);
        written += bytes.length;
        if (written >= maxBytes / PARTS) {
          return true;
        }
        String next = next();
        if (next == null) {
          return false;
        }
        batch = new ArrayList<>(List.of(next));
      }
    }
  }

  /** The next line, or null when the log is closed and nothing waits. */
  private @Nullable String next() throws InterruptedException {
    String line = ended ? lines.poll() : lines.take();
    if (!END.equals(line)) {
      return line;
    }
    ended = true;
    return lines.poll();
  }

  private void deleteOldest() throws IOException {
    List<Path> known = new ArrayList<>(files(directory, name));
    long total = 0;
    for (Path file : known) {
      total += Files.size(file);
    }
    while (!known.isEmpty() && total > maxBytes - maxBytes / PARTS) {
      Path oldest = known.remove(0);
      total -= Files.size(oldest);
      Files.delete(oldest);
    }
  }

  private static long numberOf(Path file) {
    String text = String.valueOf(file.getFileName());
    return Long.parseLong(text.substring(text.lastIndexOf('-') + 1, text.lastIndexOf('.')));
  }
}
