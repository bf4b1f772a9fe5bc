// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.xrootd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.decisionlab.magics.files.RemoteFile;

/**
 * A storage element over XRootD's own protocol, by the programs {@code xrdfs} and {@code xrdcp} of
 * this machine.
 */
final class XrdClients implements RemoteDoor {

  private static final String LIST = "xrdfs";
  private static final String COPY = "xrdcp";
  private static final int MOST_OUTPUT = 64 << 20;
  private static final long MOST_READ = 64L << 20;

  /** Rights, the owner in new versions, size and time in either order, and the whole path. */
  private static final Pattern LINE =
      Pattern.compile(
          "(\\S)\\S*\\s+(?:\\S+\\s+\\S+\\s+)?(?:(\\d+)\\s+)?"
              + "(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d)\\s+(?:(\\d+)\\s+)?(/.*)");

  private static final Pattern FIELD = Pattern.compile("(\\w+):\\s+(.*)");
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  private final XrdPrograms programs;
  private final Duration stall;

  /**
   * @param programs starts the programs
   * @param stall how long nothing may come
   */
  XrdClients(XrdPrograms programs, Duration stall) {
    this.programs = programs;
    this.stall = stall;
  }

  /** Gives up when nothing comes. */
  private final class Watch {

    private final RemoteAddress file;
    private long seen;
    private long since = System.nanoTime();

    Watch(RemoteAddress file) {
      this.file = file;
    }

    void saw(long bytes) throws IOException {
      if (bytes != seen) {
        seen = bytes;
        since = System.nanoTime();
      } else if (System.nanoTime() - since > stall.toNanos()) {
        throw new IOException(
            file + ": nothing has come for " + stall.toSeconds() + " s, given up");
      }
    }
  }

  @Override
  public List<RemoteFile> list(RemoteAddress folder) throws IOException, InterruptedException {
    List<RemoteFile> files = new ArrayList<>();
    for (String line : files(folder, "ls", "-l").lines().toList()) {
      Matcher found = LINE.matcher(line.strip());
      if (!found.matches() || (found.group(2) == null) == (found.group(4) == null)) {
        throw new IOException(folder + ": what xrdfs lists cannot be read: " + line);
      }
      String path = found.group(5).replaceAll("/+$", "");
      boolean isFolder = found.group(1).equals("d");
      String size = found.group(2) == null ? found.group(4) : found.group(2);
      files.add(
          new RemoteFile(
              path.substring(path.lastIndexOf('/') + 1),
              isFolder,
              isFolder ? RemoteFile.UNKNOWN : Long.parseLong(size),
              LocalDateTime.parse(found.group(3), TIME).toInstant(ZoneOffset.UTC)));
    }
    files.sort(Comparator.comparing(RemoteFile::name));
    return files;
  }

  @Override
  public RemoteFile stat(RemoteAddress file) throws IOException, InterruptedException {
    Map<String, String> fields = new HashMap<>();
    files(file, "stat")
        .lines()
        .map(line -> FIELD.matcher(line.strip()))
        .filter(Matcher::matches)
        .forEach(field -> fields.put(field.group(1), field.group(2)));
    String size = fields.getOrDefault("Size", "");
    String time = fields.getOrDefault("MTime", "");
    if (!size.matches("\\d{1,18}")) {
      throw new IOException(file + ": xrdfs stat tells no size");
    }
    boolean folder = fields.getOrDefault("Flags", "").contains("IsDir");
    return new RemoteFile(
        file.name(),
        folder,
        folder ? RemoteFile.UNKNOWN : Long.parseLong(size),
        time.matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d")
            ? LocalDateTime.parse(time, TIME).toInstant(ZoneOffset.UTC)
            : null);
  }

  @Override
  public byte[] read(RemoteAddress file, long offset, int length)
      throws IOException, InterruptedException {
    if (offset + length > MOST_READ) {
      throw new IOException(
          file
              + ": xrdfs reads a file from its beginning; beyond byte "
              + MOST_READ
              + " use the https address of the storage element, or '%xrootd cp'");
    }
    byte[] bytes = run(file, List.of(LIST, host(file), "cat", path(file)), (int) (offset + length));
    int from = (int) Math.min(offset, bytes.length);
    return Arrays.copyOfRange(bytes, from, bytes.length);
  }

  @Override
  public long copy(RemoteAddress file, Path to, LongConsumer moved)
      throws IOException, InterruptedException {
    List<String> command = List.of(COPY, "--nopbar", "--silent", source(file), to.toString());
    try (XrdPrograms.Running running = programs.start(file, command)) {
      StreamTail.of(running.output());
      Watch watch = new Watch(file);
      while (!running.process().waitFor(500, TimeUnit.MILLISECONDS)) {
        long now = Files.exists(to) ? Files.size(to) : 0;
        moved.accept(now);
        watch.saw(now);
      }
      running.checkEnd();
    }
    try (FileChannel channel = FileChannel.open(to, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    long size = Files.size(to);
    moved.accept(size);
    return size;
  }

  private String files(RemoteAddress file, String... verb)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(LIST, host(file)));
    command.addAll(List.of(verb));
    command.add(path(file));
    byte[] said = run(file, command, MOST_OUTPUT);
    if (said.length == MOST_OUTPUT) {
      throw new IOException(file + ": xrdfs tells more than " + MOST_OUTPUT + " bytes");
    }
    return new String(said, UTF_8);
  }

  /** Runs a program, and takes the first bytes of its output. */
  private byte[] run(RemoteAddress file, List<String> command, int most)
      throws IOException, InterruptedException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    try (XrdPrograms.Running running = programs.start(file, command)) {
      Thread reader = new Thread(() -> read(running.output(), output, most), "xrdfs output");
      reader.setDaemon(true);
      reader.start();
      Watch watch = new Watch(file);
      while (reader.isAlive()) {
        reader.join(500);
        if (reader.isAlive()) {
          watch.saw(size(output));
        }
      }
      byte[] got = bytes(output);
      if (got.length < most) {
        running.checkEnd();
      }
      return got;
    }
  }

  private static void read(InputStream from, ByteArrayOutputStream to, int most) {
    byte[] piece = new byte[64 << 10];
    try {
      int left = most;
      int read = from.read(piece, 0, Math.min(left, piece.length));
      while (read > 0) {
        synchronized (to) {
          to.write(piece, 0, read);
        }
        left -= read;
        read = left == 0 ? -1 : from.read(piece, 0, Math.min(left, piece.length));
      }
    } catch (IOException e) {
      System.getLogger(XrdClients.class.getName())
          .log(System.Logger.Level.DEBUG, "the output of xrdfs ended", e);
    }
  }

  private static int size(ByteArrayOutputStream output) {
    synchronized (output) {
      return output.size();
    }
  }

  private static byte[] bytes(ByteArrayOutputStream output) {
    synchronized (output) {
      return output.toByteArray();
    }
  }

  private static String host(RemoteAddress file) {
    return file.uri().getScheme() + "://" + file.uri().getRawAuthority();
  }

  private static String source(RemoteAddress file) throws IOException {
    return host(file) + "/" + path(file);
  }

  /** The programs take a blank for the end of a path. */
  private static String path(RemoteAddress file) throws IOException {
    String path = file.path();
    if (path.matches(".*[\\s\"'\\\\?#].*")) {
      throw new IOException(
          file
              + ": xrdfs cannot take blanks, quotes, backslashes, '?' or '#' in a path; use the https"
              + " address of the storage element");
    }
    return path;
  }
}
