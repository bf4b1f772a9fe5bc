// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.xrootd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.decisionlab.identity.tokens.source.AccessToken;
import org.decisionlab.kernel.cell.Secrets;
import org.decisionlab.magics.files.RemoteFile;
import org.jspecify.annotations.Nullable;

/**
 * A storage element over XRootD's own protocol, by the programs {@code xrdfs} and {@code xrdcp} of
 * this machine. They read the token of the element from a file.
 */
final class XrdClients implements RemoteDoor {

  private static final String LIST = "xrdfs";
  private static final String COPY = "xrdcp";
  private static final int MOST_OUTPUT = 64 << 20;
  private static final long MOST_READ = 64L << 20;
  private static final long LIMIT_SECONDS = 120;
  private static final String NOT_THERE = "[3011]";

  /** Rights, the owner in new versions, size and time in either order, and the whole path. */
  private static final Pattern LINE =
      Pattern.compile(
          "(\\S)\\S*\\s+(?:\\S+\\s+\\S+\\s+)?(?:(\\d+)\\s+)?"
              + "(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d)\\s+(?:(\\d+)\\s+)?(/.*)");

  private static final Pattern FIELD = Pattern.compile("(\\w+):\\s+(.*)");
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  private final FileTokens tokens;
  private final Supplier<Map<String, String>> environment;

  /**
   * @param tokens the tokens to show
   * @param environment that of the programs
   */
  XrdClients(FileTokens tokens, Supplier<Map<String, String>> environment) {
    this.tokens = tokens;
    this.environment = environment;
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
    try (Started started = start(file, command);
        InputStream said = started.process().getInputStream()) {
      Process process = started.process();
      process.getOutputStream().close();
      long seen = 0;
      long since = System.nanoTime();
      while (!process.waitFor(500, TimeUnit.MILLISECONDS)) {
        long now = Files.exists(to) ? Files.size(to) : 0;
        moved.accept(now);
        if (now != seen) {
          seen = now;
          since = System.nanoTime();
        } else if (System.nanoTime() - since > TimeUnit.SECONDS.toNanos(LIMIT_SECONDS)) {
          throw new IOException(file + ": nothing has come for " + LIMIT_SECONDS + " s, given up");
        }
      }
      checkEnd(file, COPY, process.exitValue(), new String(said.readNBytes(4000), UTF_8));
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
    return new String(run(file, command, MOST_OUTPUT), UTF_8);
  }

  /** Runs a program for at most two minutes, and takes the first bytes of what it says. */
  private byte[] run(RemoteAddress file, List<String> command, int most)
      throws IOException, InterruptedException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    try (Started started = start(file, command)) {
      Process process = started.process();
      Thread reader =
          new Thread(() -> read(process.getInputStream(), output, most), "xrdfs output");
      reader.setDaemon(true);
      reader.start();
      process.getOutputStream().close();
      reader.join(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
      byte[] said = bytes(output);
      if (said.length >= most) {
        return said;
      }
      if (reader.isAlive() || !process.waitFor(5, TimeUnit.SECONDS)) {
        throw new IOException(file + ": xrdfs did not end within " + LIMIT_SECONDS + " s");
      }
      checkEnd(file, LIST, process.exitValue(), new String(said, UTF_8));
      return said;
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

  private static byte[] bytes(ByteArrayOutputStream output) {
    synchronized (output) {
      return output.toByteArray();
    }
  }

  /**
   * A program that runs, and the file with its token, where it has one: both end together.
   *
   * @param process the program
   * @param token the file, or null
   */
  private record Started(Process process, @Nullable Path token) implements AutoCloseable {

    @Override
    public void close() throws IOException {
      List<ProcessHandle> children = process.descendants().toList();
      process.destroyForcibly();
      children.forEach(ProcessHandle::destroyForcibly);
      if (token != null) {
        Files.deleteIfExists(token);
      }
    }
  }

  private Started start(RemoteAddress file, List<String> command)
      throws IOException, InterruptedException {
    Map<String, String> variables = new HashMap<>(environment.get());
    List<String> words = new ArrayList<>(command);
    words.set(0, find(command.get(0), variables.getOrDefault("PATH", "")).toString());
    variables.keySet().removeIf(name -> name.startsWith("BEARER_TOKEN"));
    variables.putIfAbsent("XRD_CONNECTIONWINDOW", "10");
    variables.putIfAbsent("XRD_CONNECTIONRETRY", "1");
    variables.putIfAbsent("XRD_REQUESTTIMEOUT", "60");
    variables.putIfAbsent("XRD_STREAMTIMEOUT", "60");
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(variables);
    AccessToken token = tokens.ofProgram(file.uri()).orElse(null);
    if (token == null) {
      return new Started(builder.start(), null);
    }
    Path kept = Files.createTempFile("decisionlab-", ".token");
    try {
      Files.writeString(kept, token.secret());
      builder.environment().put("BEARER_TOKEN_FILE", kept.toString());
      return new Started(builder.start(), kept);
    } catch (IOException e) {
      Files.deleteIfExists(kept);
      throw e;
    }
  }

  private static Path find(String program, String path) throws IOException {
    for (String folder : path.split(File.pathSeparator, -1)) {
      Path found = Path.of(folder, program);
      if (!folder.isEmpty() && Files.isExecutable(found)) {
        return found;
      }
    }
    throw new IOException(
        "addresses of root:// are asked by the program "
            + program
            + ", which is not in the PATH here: install xrootd-client, or use the https address"
            + " of the storage element");
  }

  private static void checkEnd(RemoteAddress file, String program, int status, String said)
      throws IOException {
    if (status != 0) {
      if (said.contains(NOT_THERE)) {
        throw new FileNotFoundException("there is no " + file);
      }
      String words = Secrets.shownText(said.strip().replaceAll("\\s+", " "));
      throw new IOException(
          file
              + ": "
              + program
              + " ended with status "
              + status
              + (words.isEmpty() ? "" : ": " + words.substring(0, Math.min(500, words.length()))));
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
